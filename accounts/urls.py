from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import LogInView

app_name = "accounts"
urlpatterns = [
    path("login/", LogInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
