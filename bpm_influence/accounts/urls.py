from allauth.account.views import reauthenticate
from django.urls import include, path

from bpm_influence.accounts import audit_views, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/", views.account, name="account"),
    path("account/password/", views.change_password, name="change_password"),
    path("account/tokens/", views.make_token, name="make_token"),
    path("account/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    # Under the names by which django-allauth looks for them.
    path("account/sign-in/", views.sign_in, name="account_login"),
    path("account/confirm/", reauthenticate, name="account_reauthenticate"),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("sign-on/refused/", views.provider_failed, name="socialaccount_login_error"),
    path("sign-on/cancelled/", views.provider_failed, name="socialaccount_login_cancelled"),
    path("sign-on/unfinished/", views.provider_failed, name="socialaccount_signup"),
    path("sign-on/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("sign-on/", include("allauth.socialaccount.providers.saml.urls")),
    path("audit-log/", audit_views.audit_log, name="audit_log"),
    path("audit-log.csv", audit_views.audit_csv, name="audit_csv"),
]
