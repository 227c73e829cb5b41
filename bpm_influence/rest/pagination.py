"""Lists come in pages of at most a thousand."""

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """`?page=` and `?page_size=`; the answer is {count, next, previous, results}."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000
