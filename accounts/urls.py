from django.urls import path

from accounts.views import audit, gallery, managing, passwords
from accounts.views.log_in import LogInView, LogOutView, confirm_password

app_name = "accounts"
urlpatterns = [
    path("accounts/login/", LogInView.as_view(), name="login"),
    path("accounts/logout/", LogOutView.as_view(), name="logout"),
    path("accounts/first-password/", passwords.set_first_password, name="first_password"),
    path("accounts/password/", passwords.change_password, name="password"),
    path("accounts/confirm/", confirm_password, name="confirm"),
    path("accounts/gallery/", gallery.show_gallery, name="gallery"),
    path("settings/accounts/", managing.list_accounts, name="list"),
    path("settings/accounts/invite/", managing.invite, name="invite"),
    path("settings/accounts/<int:pk>/", managing.edit, name="edit"),
    path("settings/accounts/<int:pk>/stop/", managing.stop, name="stop"),
    path("settings/accounts/<int:pk>/resume/", managing.resume, name="resume"),
    path("settings/accounts/<int:pk>/link/", managing.renew_link, name="renew_link"),
    path("settings/audit/", audit.list_entries, name="audit"),
]
