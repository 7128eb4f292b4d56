"""The product's tables, read without any of its code."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models


class User(AbstractBaseUser):
    """Who is signed in."""

    username = models.CharField(max_length=150, unique=True)
    is_active = models.BooleanField()

    USERNAME_FIELD = "username"

    class Meta:
        managed = False
        db_table = "organisation_user"


class OrgUnit(models.Model):
    """A unit."""

    name = models.CharField(max_length=300)

    class Meta:
        managed = False
        db_table = "organisation_orgunit"


class Employee(models.Model):
    """Someone who works here."""

    number = models.CharField(max_length=60)
    name = models.CharField(max_length=300)
    sort_name = models.CharField(max_length=300)
    email = models.CharField(max_length=254)
    hired_on = models.DateField()
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT)

    class Meta:
        managed = False
        db_table = "organisation_employee"
