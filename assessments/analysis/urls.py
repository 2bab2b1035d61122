from django.urls import path

from assessments.analysis import views

app_name = "analysis"
urlpatterns = [
    path("", views.show_balance, name="balance"),
    path("crossing/", views.show_crossing, name="crossing"),
    path("scales/", views.show_profile, name="profile"),
]
