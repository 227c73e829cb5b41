"""All settings, from the environment; each has a working default. See docs/settings.md."""

from datetime import timedelta
from pathlib import Path

from bpm_influence import environment, sign_on

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.directory("DATA_DIR", default=BASE_DIR / "var")
HOST = environment.text("HOST", "127.0.0.1")
PORT = environment.port("PORT", default=8000)
DEMO = environment.switch("DEMO", default=True)
HTTPS = environment.switch("HTTPS", default=False)
API_RATE = environment.rate("API_RATE", default="600/minute")
PUBLIC_URL = environment.public_url("PUBLIC_URL", host=HOST, port=PORT, https=HTTPS)
MAILS_PER_MINUTE = environment.per_minute("MAILS_PER_MINUTE", default=300)
SMALLEST_GROUP = environment.group_size("SMALLEST_GROUP", default=5)
SECRET_KEY = environment.secret("SECRET_KEY", data_dir=DATA_DIR)
ALLOWED_HOSTS = environment.host_names("ALLOWED_HOSTS", host=HOST)
DATABASES = {"default": environment.database("DATABASE_URL", data_dir=DATA_DIR)}
globals().update(environment.email("EMAIL_URL", data_dir=DATA_DIR))

DEBUG = False
ROOT_URLCONF = "bpm_influence.urls"
WSGI_APPLICATION = "bpm_influence.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_FROM_EMAIL = environment.text("EMAIL_FROM", "bpm-influence@localhost")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.socialaccount.providers.saml",
    "bpm_influence.accounts",
    "bpm_influence.jobs",
    "orgchart",
    "initiatives",
    "surveys",
    "influence",
]

MIDDLEWARE = [
    "bpm_influence.tracing.TraceRequests",
    "bpm_influence.metrics.CountRequests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "bpm_influence.compressing.CompressPages",
    "bpm_influence.upload_limit.UploadLimit",
    "bpm_influence.rest.throttling.RateHeaders",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "bpm_influence.accounts.audit.AuditTrail",
    "allauth.account.middleware.AccountMiddleware",
    "bpm_influence.accounts.sign_on.SecondFactorRequired",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ]
        },
    }
]

# Language and time
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True

# Signing in
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "sign_in"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "bpm_influence.accounts.backends.SignInBackend",
]
AXES_FAILURE_LIMIT = 8
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "bpm_influence.accounts.locality.client_address"
AXES_LOCKOUT_CALLABLE = "bpm_influence.accounts.views.locked_out"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "bpm_influence.accounts.sign_on.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*"]
SOCIALACCOUNT_ADAPTER = "bpm_influence.accounts.sign_on.ProviderAdapter"
SOCIALACCOUNT_LOGIN_ON_GET = True  # the form's redirect to the provider would need its address in form-action
SOCIALACCOUNT_ONLY = False
MFA_ADAPTER = "bpm_influence.accounts.sign_on.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "BPM influence"
globals().update(sign_on.settings())
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_NAME = "bpm_influence_session"

# Who did what to which object
AUDITED_ROUTES = "bpm_influence.audited.ROUTES"
AUDIT_KEPT_DAYS = environment.days("AUDIT_KEPT_DAYS", default=1095)

# What a browser may do with a page
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if HTTPS:
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Files
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "bpm_influence.static_files.NodeModulesFinder",
]
MEDIA_ROOT = DATA_DIR / "uploads"
MEDIA_URL = "/uploads/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "bpm_influence.static_files.ManifestStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_LIMIT_MB = environment.megabytes("UPLOAD_LIMIT_MB", default=50)
UPLOADS_KEPT_DAYS = environment.days("UPLOADS_KEPT_DAYS", default=90)
ANSWERS_KEPT_DAYS = environment.days("ANSWERS_KEPT_DAYS", default=730)
ANALYSES_KEPT_DAYS = environment.days("ANALYSES_KEPT_DAYS", default=1095)
MAILS_KEPT_DAYS = environment.days("MAILS_KEPT_DAYS", default=30)
DATA_UPLOAD_MAX_MEMORY_SIZE = 50 * 1024 * 1024
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
    }
}

# REST
REST_FRAMEWORK = {
    "NUM_PROXIES": 1 if HTTPS else 0,
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "bpm_influence.accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "bpm_influence.rest.parsing.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_PAGINATION_CLASS": "bpm_influence.rest.pagination.Pages",
    "DEFAULT_THROTTLE_CLASSES": ["bpm_influence.rest.throttling.RatePerToken"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "bpm_influence.rest.problems.problem_response",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "BPM influence",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": (
        "Who leads, who influences, and what they reach together, in one BPM initiative. "
        "Scores describe a network in one initiative; "
        "they are not for evaluating, promoting or dismissing people."
    ),
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {"AnalysisStateEnum": "influence.api.fields.JOB_STATES"},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "bpm_influence.rest.schema.add_problem_responses",
        "bpm_influence.rest.schema.add_examples",
    ],
}

# Celery: the database is the truth, the broker a doorbell (bpm_influence/jobs)
CELERY_BROKER_URL = environment.broker("CELERY_BROKER_URL")
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0, "interval_step": 0}
if CELERY_BROKER_URL.startswith("embedded:"):
    CELERY_BROKER_TRANSPORT_OPTIONS["folder"] = str(DATA_DIR / "broker")
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS["socket_connect_timeout"] = 1
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "timer")
DAILY = {"schedule": 24 * 60 * 60.0, "options": {"expires": 3600, "queue": "quick"}}
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "jobs.sweep", "schedule": 30.0, "options": {"expires": 30, "queue": "quick"}},
    "surveys": {"task": "surveys.keep_time", "schedule": 60.0, "options": {"expires": 60, "queue": "quick"}},
    "tidy": {"task": "jobs.tidy", **DAILY},
    "uploads": {"task": "orgchart.tidy", **DAILY},
    "audit": {"task": "accounts.tidy_audit", **DAILY},
    "retention": {"task": "influence.tidy", **DAILY},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"trace": {"()": "bpm_influence.tracing.TraceFilter"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}{trace}: {message}", "style": "{"},
        "json": {"()": "bpm_influence.tracing.JsonLines"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["trace"],
            "formatter": environment.one_of("LOG_FORMAT", ["line", "json"]),
        }
    },
    "root": {"handlers": ["console"], "level": environment.text("LOG_LEVEL", "INFO").upper()},
}
