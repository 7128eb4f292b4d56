"""Settings of Echelon: one file, read from the environment.

`ECHELON_ENV` is `production` unless said otherwise; production refuses to start without its secrets.
"""

import os
from pathlib import Path
from typing import Any

import environ
import pghistory
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django import forms
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

# Before numpy is loaded: processes share the processors, and threads of one product of matrices that wait for each other
# cost more than they bring.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

ENVIRONMENT = env("ECHELON_ENV", default="production")
PRODUCTION = ENVIRONMENT == "production"
DEMO = ENVIRONMENT == "demo"
TESTING = ENVIRONMENT == "test"
VERSION = "0.1.0"
BUILD_COMMIT = env("BUILD_COMMIT", default="unknown")
INSTANCE = env("ECHELON_INSTANCE", default="")
ORGANISATION_NAME = env("ORGANISATION_NAME", default="Tarnfield Group" if DEMO else "")

DEBUG = env.bool("DEBUG", default=False)


def _required(name: str, default: str) -> str:
    value = env(name, default="" if PRODUCTION else default)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Echelon does not start in production without it.")
    return value


if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG is on. Echelon does not start in production with it.")

SECRET_KEY = _required("SECRET_KEY", "development-only-key-that-is-long-enough-and-never-used-in-production-0123456789")
ALLOWED_HOSTS = [
    host.strip()
    for host in _required("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
    if host.strip()
]
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
_required("DATABASE_URL", "postgres://echelon_app@127.0.0.1:5432/echelon")

# --- applications -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "succession.organisation",
    "candidates",
    "pools",
    "training",
    "succession",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "rules.apps.AutodiscoverRulesConfig",
    "pgtrigger",
    "pghistory",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "succession.organisation.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "succession.organisation.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "succession.organisation.middleware.SignedInMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "succession.organisation.middleware.RequestLogMiddleware",
    "succession.organisation.middleware.RefusalMiddleware",
    "succession.organisation.middleware.PrivatePagesMiddleware",
]

ROOT_URLCONF = "succession.urls"
WSGI_APPLICATION = "succession.wsgi.application"
ASGI_APPLICATION = "succession.asgi.application"

# Pages are written in Jinja2; what comes with Django and its applications keeps the language it was written in.
_CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "succession.navigation.frame",
]
TEMPLATES = [
    {
        "NAME": "pages",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates", Path(forms.__file__).parent / "jinja2"],
        "OPTIONS": {
            "environment": "succession.organisation.interface.environment.environment",
            "context_processors": _CONTEXT[2:],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "borrowed"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": _CONTEXT,
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "succession.organisation.templatetags.pages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- database -----------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgres://echelon_app@127.0.0.1:5432/echelon")}
DATABASES["default"] |= {
    "ENGINE": "django.db.backends.postgresql",
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        "connect_timeout": 5,
        "options": (
            f"-c statement_timeout={env.int('STATEMENT_TIMEOUT_MS', default=5000)}"
            f" -c lock_timeout={env.int('LOCK_TIMEOUT_MS', default=4000)}"
            " -c idle_in_transaction_session_timeout=60000"
            # Compiling what a page asks for takes longer than answering it.
            " -c jit=off"
            # Unset, it costs the row history an exception a row, each dearer the more rows a transaction has written.
            " -c pgtrigger.ignore={}"
        ),
    },
    # What the suite writes is owned by the migrating role, as in production.
    "TEST": {"NAME": env("TEST_DATABASE_NAME", default=None)},
}
# Long work (a job, a migration, the demo company) lifts the limits that protect pages.
LONG_STATEMENT_TIMEOUT_MS = env.int("LONG_STATEMENT_TIMEOUT_MS", default=900_000)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- history ------------------------------------------------------------------------------------------------------
PGHISTORY_APPEND_ONLY = True
PGHISTORY_DEFAULT_TRACKERS = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())

# --- people and sign-in -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "succession.organisation.backends.PasswordBackend",
    "succession.organisation.backends.SignInBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "succession.organisation.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_USER_DISPLAY = "succession.organisation.accounts.display_name"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "10/5m/key,60/5m/ip"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Echelon"
SESSION_ENGINE = "succession.organisation.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "succession.organisation.errors_views.csrf_failure"

# --- transport security -------------------------------------------------------------------------------------------
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
BEHIND_PROXY = PRODUCTION and env.bool("BEHIND_PROXY", default=True)
if PRODUCTION:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    if BEHIND_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "succession.organisation.imports.uploads.TooLargeIsSkipped",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", default=50 * 1024 * 1024)
IMPORT_MAX_ROWS = env.int("IMPORT_MAX_ROWS", default=1_000_000)
# Answers for unknown addresses stay the same for everyone: no redirect that adds a slash to what does not exist.
APPEND_SLASH = True

# --- language, time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "succession" / "locale"]
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

# --- static files -------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if TESTING
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# The suite needs no collected files.
WHITENOISE_AUTOREFRESH = TESTING
MEDIA_ROOT = Path(env("ECHELON_VAR", default=str(BASE_DIR / "var"))) / "media"

# --- mail ---------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://" if not TESTING else "memorymail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="echelon@localhost")

# --- broker, cache, Celery ----------------------------------------------------------------------------------------
BROKER_URL = env("CELERY_BROKER_URL", default="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "succession.organisation.cache.ForgivingRedisCache",
        "LOCATION": env("CACHE_URL", default=BROKER_URL.rsplit("/", 1)[0] + "/1"),
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 0.5},
    },
}
CELERY_BROKER_URL = BROKER_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env.int("CELERY_VISIBILITY_TIMEOUT", default=30),
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = {
    "drain the outbox": {"task": "organisation.drain_outbox", "schedule": 5.0, "options": {"expires": 5}},
    "sweep jobs": {"task": "organisation.sweep_jobs", "schedule": 5.0, "options": {"expires": 5}},
    "worker heartbeat": {"task": "organisation.heartbeat", "schedule": 10.0, "options": {"expires": 10}},
    "recompute what a new day changes": {
        "task": "pools.recompute_for_today",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
    "let the evidence behind profiles age": {
        "task": "candidates.derive_profiles",
        "schedule": crontab(hour=2, minute=15),
    },
    "forget what is past its retention": {
        "task": "organisation.purge_expired",
        "schedule": 86_400.0,
        "options": {"expires": 86_400},
    },
}
# Who follows which announcement: the writer below knows no one above (see organisation/outbox.py).
OUTBOX_CONSUMERS: dict[str, dict[str, Any]] = {
    "coverage": {
        "task": "pools.follow_changes",
        "kinds": [
            "seats_changed",
            "incumbency_changed",
            "position_changed",
            "unit_changed",
            "person_changed",
            "policy_changed",
            "membership_changed",
            "pool_changed",
            "evidence_changed",
        ],
    },
    "forecasts": {"task": "pools.foretell_imports", "kinds": ["import_planned"]},
    "profiles": {
        "task": "candidates.follow_assessments",
        "kinds": ["assessment_finalised", "instrument_changed"],
    },
}

# --- REST ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "succession.organisation.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["succession.organisation.api.parsers.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "succession.organisation.api.pagination.PageNumbers",
    "DEFAULT_FILTER_BACKENDS": [
        "succession.organisation.api.filters.StrictFilters",
        "succession.organisation.api.filters.Search",
        "succession.organisation.api.filters.AllowedOrdering",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env("API_RATE", default="3000/min")},
    "EXCEPTION_HANDLER": "succession.organisation.api.problems.handle",
    "COERCE_DECIMAL_TO_STRING": False,
    "PAGE_SIZE": 50,
    "DEFAULT_VERSION": "v1",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Echelon",
    "DESCRIPTION": "Talent succession: organisation, echelon pools, coverage.",
    "VERSION": VERSION,
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "PoolKindEnum": "pools.choices.PoolKind",
        "ReadinessEnum": "pools.choices.Readiness",
        "WillingnessEnum": "succession.organisation.choices.Willingness",
        "GoalKindEnum": "succession.organisation.choices.GoalKind",
        "LevelEnum": "succession.organisation.choices.Level",
        "JobStateEnum": "succession.organisation.choices.JobState",
        "MembershipStateEnum": "pools.choices.MembershipState",
    },
}

# --- logs ---------------------------------------------------------------------------------------------------------
LOGGING_CONFIG = "succession.organisation.logs.configure"
LOG_LEVEL = env("LOG_LEVEL", default="INFO")
LOGGING = {"level": LOG_LEVEL}
DJANGO_STRUCTLOG_CELERY_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
SILENCED_SYSTEM_CHECKS: list[str] = []
