from django.urls import path

from assessments import adoption_views, correction, reference_views, views
from assessments.models import PersonalityType, Scale

app_name = "assessments"
urlpatterns = [
    path("<uuid:public_id>/", views.show_result, name="detail"),
    path("<uuid:public_id>/edit/", correction.edit_result, name="edit"),
    path("<uuid:public_id>/delete/", correction.delete_result, name="delete"),
    path("reference/", reference_views.show_reference, name="reference"),
    path("reference/types/new/", reference_views.edit_type, name="add_type"),
    path("reference/types/name/", reference_views.name_type, name="name_type"),
    path("reference/types/adopt/", adoption_views.adopt_types, name="adopt_types"),
    path("reference/types/<int:pk>/", reference_views.edit_type, name="edit_type"),
    path("reference/types/<int:pk>/delete/", reference_views.delete, {"model": PersonalityType}, name="delete_type"),
    path("reference/scales/new/", reference_views.edit_scale, name="add_scale"),
    path("reference/scales/<int:pk>/", reference_views.edit_scale, name="edit_scale"),
    path("reference/scales/<int:pk>/delete/", reference_views.delete, {"model": Scale}, name="delete_scale"),
]
