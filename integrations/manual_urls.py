from django.urls import path

from integrations.views import manual as views

app_name = "manual"
urlpatterns = [
    path("", views.show_contents, name="contents"),
    path("whole/", views.show_whole, name="whole"),
    path("<str:anchor>/", views.show_page, name="page"),
]
