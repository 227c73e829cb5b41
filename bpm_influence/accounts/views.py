"""Signing in and out, one's own account, one's own tokens."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from bpm_influence.accounts.forms import SignInForm, TokenForm
from bpm_influence.accounts.models import ApiToken, User
from bpm_influence.accounts.sign_on import providers


class SignIn(auth_views.LoginView):
    """Username and password; then a code where the account has a second factor."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **context):
        nobody_yet = not User.objects.filter(is_active=True).exists()
        return super().get_context_data(providers=providers(), nobody_yet=nobody_yet, **context)

    def form_valid(self, form):
        return perform_login(
            self.request,
            form.get_user(),
            email_verification="none",
            redirect_url=self.get_success_url(),
        )


sign_in = SignIn.as_view()
sign_out = auth_views.LogoutView.as_view()


def locked_out(request, original_response=None, credentials=None):
    """Refuse whoever gave too many wrong passwords, for a while and in words."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds()) // 60
    answer = render(request, "accounts/locked_out.html", {"minutes": minutes}, status=429)
    answer["Retry-After"] = str(minutes * 60)
    return answer


@login_not_required
@require_safe
def provider_failed(request):
    """Say that signing in through the provider did not work, and how else to."""
    return render(request, "accounts/provider_failed.html", status=403)


class PasswordChange(auth_views.PasswordChangeView):
    """One's own password; that of a demonstration login is printed for everybody and stays."""

    template_name = "accounts/password.html"
    success_url = reverse_lazy("account")

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and request.user.is_demonstration:
            messages.warning(request, "The password of a demonstration login stays as it is.")
            return redirect("account")
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)


change_password = PasswordChange.as_view()


@require_safe
def account(request):
    """Show who one is here, and one's tokens."""
    return _show_account(request, TokenForm(request.user))


@never_cache
@require_POST
def make_token(request):
    """Make a token and show it, this once."""
    form = TokenForm(request.user, request.POST)
    if not form.is_valid():
        return _show_account(request, form, status=422)
    token, secret = form.make_token()
    return _show_account(request, TokenForm(request.user), new_token=token, secret=secret)


@require_POST
def revoke_token(request, pk):
    """Revoke one of one's own tokens."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    token.revoke()
    messages.success(request, f"The token {token.name} no longer opens the API.")
    return redirect("account")


def _show_account(request, form, *, status=200, **shown):
    tokens = ApiToken.objects.visible_to(request.user).filter(revoked_at=None)
    return render(request, "accounts/account.html", {"form": form, "tokens": tokens} | shown, status=status)
