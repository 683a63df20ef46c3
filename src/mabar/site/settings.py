"""Django's settings, all drawn from the node's folder."""

from pathlib import Path

from csp.constants import NONE, SELF

from mabar.site import stores
from mabar.site.node import node_here

NODE = node_here()
SITE = Path(__file__).resolve().parent

SECRET_KEY = NODE.secret_key
DEBUG = False
ALLOWED_HOSTS = [NODE.host, "localhost", "127.0.0.1"]
CSRF_TRUSTED_ORIGINS = [NODE.origin]
ROOT_URLCONF = "mabar.site.urls"
WSGI_APPLICATION = "mabar.site.wsgi.application"
AUTH_USER_MODEL = "base.Actor"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "mabar.base",
    "mabar.exchange",
    "mabar.crossings",
    "mabar.declarations",
    "mabar.duties",
    "mabar.assistance",
    "mabar.vehicles",
    "mabar.origin",
    "mabar.transit",
    "mabar.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "mabar.base.headers.Headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mabar.base.logs.RequestLines",
    "mabar.base.api_auth.ForgetKey",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mabar.base.sessions.SessionLimits",
    "mabar.base.languages.ActorLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "mabar.base.doors.RefusalDoor",
    "mabar.base.unreadable.RefuseUnreadable",
    "mabar.base.gates.FirstThings",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SITE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "mabar.base.screens.context",
            ],
        },
    }
]

DATABASES = stores.databases(NODE)
DATABASE_ROUTERS = ["mabar.site.stores.PassingRouter"]
CACHES = stores.caches()
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "mabar_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = NODE.has_tls
SESSION_IDLE_S = 30 * 60
SESSION_WHOLE_S = 12 * 3600
SECURE_HSTS_SECONDS = 31536000 if NODE.has_tls else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF, NODE.stream_origin],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "ar"
LANGUAGES = [("ar", "العربية"), ("fr", "Français"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "mabar_language"
# Named here, and not only found as apps, so that a word of ours wins over the same word of Django or allauth.
LOCALE_PATHS = [
    SITE.parent / name / "locale"
    for name in (
        *("site", "transit", "assistance", "origin", "vehicles", "duties", "declarations", "crossings"),
        *("exchange", "base"),
    )
]

STATIC_URL = "/static/"
STATIC_ROOT = None  # nothing is collected: whitenoise finds the files where the packages keep them
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 30_000  # a form page of 2,000 items with ten cells each

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "mabar.base.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "mabar.base.passwords.NotCommon"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "mabar.base.sign_in.ActorAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "key"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = False  # a desk is shared: the session ends with the browser
ACCOUNT_FORMS = {
    "login": "mabar.base.sign_in_forms.SignIn",
    "change_password": "mabar.base.sign_in_forms.NewPassword",
    "set_password": "mabar.base.sign_in_forms.FirstPassword",
    "reauthenticate": "mabar.base.sign_in_forms.PasswordAgain",
}
MFA_FORMS = {
    "authenticate": "mabar.base.sign_in_forms.SecondStep",
    "reauthenticate": "mabar.base.sign_in_forms.FactorAgain",
    "activate_totp": "mabar.base.sign_in_forms.ActivateApp",
    "add_webauthn": "mabar.base.sign_in_forms.AddPasskey",
    "edit_webauthn": "mabar.base.sign_in_forms.RenamePasskey",
}
MFA_ADAPTER = "mabar.base.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = f"Mabar {NODE.code}"  # the app names the side that a code belongs to
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = NODE.is_demo

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "mabar.base.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
