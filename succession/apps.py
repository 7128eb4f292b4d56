from django.apps import AppConfig


class SuccessionConfig(AppConfig):
    name = "succession"
    label = "succession"
