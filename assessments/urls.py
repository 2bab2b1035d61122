from django.urls import path

from assessments import views

app_name = "assessments"
urlpatterns = [
    path("<uuid:public_id>/", views.show_result, name="detail"),
]
