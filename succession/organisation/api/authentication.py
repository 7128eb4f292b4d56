from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import TokenAuthentication as BaseTokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from succession.organisation import tokens


class TokenAuthentication(BaseTokenAuthentication):
    """`Authorization: Token …`"""

    def authenticate_credentials(self, key):
        user = tokens.user_of(key)
        if user is None:
            raise AuthenticationFailed
        return user, key


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "apiKey", "in": "header", "name": "Authorization"}
