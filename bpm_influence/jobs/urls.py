from django.urls import path

from bpm_influence.jobs import views

urlpatterns = [
    path("", views.job_list, name="jobs"),
    path("<int:pk>/", views.job_detail, name="job"),
    path("<int:pk>/cancel/", views.cancel_job, name="cancel_job"),
    path("<int:pk>/retry/", views.retry_job, name="retry_job"),
]
