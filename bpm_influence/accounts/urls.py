from django.urls import path

from bpm_influence.accounts import audit_views, views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("account/", views.account, name="account"),
    path("account/password/", views.change_password, name="change_password"),
    path("account/tokens/", views.make_token, name="make_token"),
    path("account/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("audit-log/", audit_views.audit_log, name="audit_log"),
    path("audit-log.csv", audit_views.audit_csv, name="audit_csv"),
]
