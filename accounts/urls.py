from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import LogInView, show_gallery

app_name = "accounts"
urlpatterns = [
    path("login/", LogInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("gallery/", show_gallery, name="gallery"),
]
