"""The rules of filing: plain dataclasses that know no database and no wire."""
