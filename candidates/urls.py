"""Addresses of candidates and of what is assessed."""

from django.urls import path

from candidates.views import assessments, instruments, sheets

urlpatterns = [
    path("instruments/", instruments.instruments, name="instruments"),
    path("instruments/new/", instruments.instrument_new, name="instrument_new"),
    path("instruments/<int:pk>/", instruments.instrument, name="instrument"),
    path("instruments/<int:pk>/close/", instruments.instrument_close, name="instrument_close"),
    path("assessments/", assessments.assessments, name="assessments"),
    path("assessments/new/", assessments.assessment_new, name="assessment_new"),
    path("assessments/<int:pk>/", assessments.assessment, name="assessment"),
    path("assessments/<int:pk>/raters/", assessments.assessment_assign, name="assessment_assign"),
    path("assessments/<int:pk>/finalise/", assessments.assessment_finalise, name="assessment_finalise"),
    path("assessments/<int:pk>/correct/", assessments.assessment_correct, name="assessment_correct"),
    path("assessments/<int:pk>/raters/<int:sheet_pk>/withdraw/", assessments.sheet_withdraw, name="sheet_withdraw"),
    path("assessments/<int:pk>/raters/<int:sheet_pk>/give-back/", assessments.sheet_give_back, name="sheet_give_back"),
    path("my-assessments/", sheets.my_assessments, name="my_assessments"),
    path("sheets/<int:pk>/", sheets.sheet, name="sheet"),
    path("sheets/<int:pk>/cells/<int:cell_pk>/", sheets.sheet_cell, name="sheet_cell"),
]
