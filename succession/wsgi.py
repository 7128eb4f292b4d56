"""The web application: what gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

# A page makes and drops tens of thousands of small objects, hardly any of them in circles: looked for less often.
LOOKED_THROUGH_AFTER = (20_000, 20, 50)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "succession.settings")

application = get_wsgi_application()

# What was loaded stays for good; no later look through needs to touch it.
gc.collect()
gc.freeze()
gc.set_threshold(*LOOKED_THROUGH_AFTER)
