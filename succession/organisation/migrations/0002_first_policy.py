"""The policy that is in force until somebody decides otherwise: 1:3 over three years."""

from django.db import migrations
from django.utils import timezone


def put_in_force(apps, schema_editor):
    policy = apps.get_model("organisation", "Policy")
    policy.objects.get_or_create(
        version=1,
        defaults={
            "state": "in_force",
            "in_force_from": timezone.now(),
            "reason": "The reference of 1:3 against the total demand for a post.",
        },
    )


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = [migrations.RunPython(put_in_force, migrations.RunPython.noop)]
