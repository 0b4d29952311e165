"""Planted violations: for every rule, small trees that break it, and what the rule says about each."""

PYPROJECT = '[project]\nname = "planted"\ndependencies = ["msgspec>=0.20", "strawberry-graphql==0.341"]\n'
LONG_FUNCTION = "def f() -> None:\n" + "    x = 1\n" * 39
RULE = "BR-" + "XX-1"
BARE_SDL = '''
"""A root."""
type Query {
  """A customer."""
  customer(crn: String): String
  bare: Shade
}
"""A shade."""
enum Shade { DARK }
input Bare { field: Int }
directive @bare(on: Int) on FIELD
'''
UNDESCRIBED = (
    "Query.bare",
    "Query.customer(crn:)",
    "Shade.DARK",
    "Bare",
    "Bare.field",
    "@bare",
    "@bare(on:)",
)

Tree = dict[str, str]

PLANTS: dict[str, list[tuple[Tree, str]]] = {
    "imports_go_down_the_stair": [
        ({"resolvers/debt.py": "import gateway.app\n"}, "resolvers/debt.py:1 imports gateway"),
        ({"sources/crn.py": "from cache import keys\n"}, "sources/crn.py:1 imports cache"),
        ({"cache/keys.py": "import sources.crn as crn\n"}, "cache/keys.py:1 imports sources"),
        ({"sandbox/town.py": "import re\nimport sources\n"}, "sandbox/town.py:2 imports sources"),
        ({"gateway/app.py": "import sandbox\n"}, "gateway/app.py:1 imports sandbox"),
        ({"schema/query.py": "from tests.house import tree\n"}, "schema/query.py:1 imports tests"),
        ({"schema/debt.py": "import cache\n"}, "schema/debt.py:1 imports cache"),
    ],
    "the_schema_takes_records_and_no_adapter": [
        ({"schema/query.py": "from sources.sql import engine\n"}, "imports the adapter sources.sql.engine"),
    ],
    "only_the_loader_entry_asks_sources": [
        (
            {"resolvers/search.py": "from sources.source import ask_page\n"},
            "resolvers/search.py:1 asks a source with sources.source.ask_page",
        ),
        (
            {"gateway/export.py": "from sources.search import ask_finder\n"},
            "which only the loader entry does",
        ),
    ],
    "packages_use_only_their_libraries": [
        ({"resolvers/debt.py": "import strawberry\n"}, "resolvers/debt.py:1 imports strawberry"),
        ({"schema/debt.py": "import sqlalchemy.orm\n"}, "schema/debt.py:1 imports sqlalchemy"),
        ({"sources/debt.py": "from rich import box\n"}, "sources/debt.py:1 imports rich"),
        ({"cache/codec.py": "import sqlalchemy\n"}, "cache/codec.py:1 imports sqlalchemy"),
    ],
    "what_is_imported_is_declared": [
        (
            {"pyproject.toml": PYPROJECT, "gateway/app.py": "import msgspec\nimport pytest\n"},
            "app.py:2 imports pytest",
        ),
        ({"sandbox/town.py": "import numpy\n"}, "sandbox/town.py:1 imports numpy"),
    ],
    "imports_stand_at_the_top": [
        ({"sources/crn.py": "def read():\n    import re\n"}, "sources/crn.py:2 imports inside read()"),
    ],
    "no_import_is_for_the_type_checker_alone": [
        ({"sources/crn.py": "import typing\nif typing.TYPE_CHECKING:\n    import re\n"}, "sources/crn.py:2"),
    ],
    "modules_import_in_no_circle": [
        (
            {
                "sources/crn.py": "from .word import Word\n",
                "sources/word.py": "import sources.page\n",
                "sources/page.py": "from sources import crn\n",
            },
            "in a circle",
        ),
        (
            {"cache/__init__.py": "from cache.keys import KEY\n", "cache/keys.py": "from cache import KEY\n"},
            "circle",
        ),
    ],
    "files_stay_under_300_lines": [
        ({"sandbox/town.py": "x = 1\n" * 300}, "sandbox/town.py has 300 lines"),
    ],
    "functions_stay_under_40_lines": [
        ({"tests/test_town.py": LONG_FUNCTION}, "tests/test_town.py:1 f() has 40 lines"),
    ],
    "files_and_folders_are_named_after_nouns": [
        ({"sources/utils.py": ""}, "sources/utils.py"),
        ({"cache/common/keys.py": ""}, "cache/common"),
        ({"tests/test_helpers.py": ""}, "tests/test_helpers.py"),
    ],
    "classes_are_named_after_nouns": [
        ({"cache/keys.py": "class KeyManager: ...\n"}, "the class KeyManager"),
        ({"cache/keys.py": "class SQLHelpers: ...\n"}, "the class SQLHelpers"),
    ],
    "exported_names_exist": [
        ({"cache/keys.py": '__all__ = ["Key"]\nkey = 1\n'}, "cache/keys.py lists Key"),
    ],
    "exports_are_written_out": [
        ({"cache/keys.py": "__all__ = [*dir()]\n"}, "not a plain list"),
    ],
    "packages_list_what_they_hand_on": [
        (
            {"cache/__init__.py": "from cache.keys import Key\n__all__ = []\n"},
            "cache/__init__.py:1 hands on Key",
        ),
        ({"cache/__init__.py": "from .keys import Key as Lock\n"}, "cache/__init__.py:1 hands on Lock"),
    ],
    "no_other_distribution_has_our_names": [
        (
            {
                "cache/__init__.py": "",
                "other-1.dist-info/METADATA": "Name: other\n",
                "other-1.dist-info/RECORD": "cache/__init__.py,,\n",
            },
            "the distribution other also provides cache",
        ),
    ],
    "every_folder_of_tests_is_a_package": [
        ({"tests/__init__.py": "", "tests/schema/test_debt.py": ""}, "tests/schema/ has no __init__.py"),
    ],
    "ignored_names_are_anchored": [
        ({".gitignore": "/dist/\ncache/\n"}, ".gitignore:2 is not anchored: cache/"),
    ],
    "nothing_is_left_unfinished": [
        ({"docs/tour.md": "Fine.\n# TO" + "DO later\n"}, "docs/tour.md:2"),
        ({"sources/crn.py": "x = 1  # HA" + "CK\n"}, "sources/crn.py:1"),
    ],
    "no_registry_is_named": [
        ({"requirements.lock": "--index-url https://py" + "pi.org/simple\n"}, "requirements.lock:1"),
        ({"Dockerfile": "FROM gh" + "cr.io/someone/image\n"}, "Dockerfile:1"),
    ],
    "rule_ids_resolve": [
        ({"resolvers/debt.py": f"# {RULE}\n"}, f"resolvers/debt.py relies on {RULE}"),
        ({"docs/rules.md": RULE, "tests/test_debt.py": f"# {RULE} and {RULE}2\n"}, f"relies on {RULE}2"),
    ],
    "every_rule_is_proved_by_a_test": [
        ({"docs/rules.md": f"| {RULE} | No. |\n"}, f"proves {RULE}"),
        (
            {
                "docs/rules.md": f"| {RULE} | No. |\n",
                "tests/test_debt.py": f'"""{RULE}."""\n\n\ndef test_it():\n    assert "{RULE}"\n',
                "tests/debts.py": f'def test_it():\n    """{RULE}."""\n',
            },
            f"proves {RULE}",
        ),
        (
            {
                "docs/rules.md": f"| {RULE} | No. |\n",
                "tests/test_debt.py": f'def test_it():\n    """{RULE}2."""\n\n\ndef it():\n    """{RULE}."""\n',
            },
            f"proves {RULE}",
        ),
    ],
    "only_commands_print": [
        ({"resolvers/debt.py": "print(1)\n"}, "resolvers/debt.py:1 prints"),
        ({"gateway/client.py": "print(1)\n"}, "gateway/client.py:1 prints"),
    ],
    "only_settings_read_the_environment": [
        ({"gateway/app.py": "import os\nos.environ['A']\n"}, "gateway/app.py:2 reads the environment"),
        ({"cache/keys.py": "from os import getenv\n"}, "cache/keys.py:1 reads the environment"),
    ],
    "everything_in_the_language_is_described": [
        *(({"schema/schema.graphql": BARE_SDL}, f"leaves {place} undescribed") for place in UNDESCRIBED),
        ({}, "schema/schema.graphql is missing"),
    ],
    "links_lead_to_files": [
        ({"docs/tour.md": "[on](../gone.md#here)\n"}, "docs/tour.md links to ../gone.md#here"),
        ({"README.md": "[on][1]\n\n[1]: gone.md\n"}, "README.md links to gone.md"),
    ],
}

TIDY: Tree = {
    "pyproject.toml": PYPROJECT,
    ".gitignore": "# made here\n/dist/\n",
    "README.md": "[rules](docs/rules.md) [home](https://example.org) `[no](link.md)`\n",
    "docs/rules.md": f"# {RULE}\n\n| {RULE} | Yes. |\n",
    "cache/__init__.py": 'from cache.keys import Key\n\n__all__ = ["Key"]\n',
    "cache/keys.py": "import msgspec\n\nclass Key(msgspec.Struct): ...\n",
    "resolvers/__init__.py": "",
    "resolvers/scope.py": f"import strawberry\nfrom cache import Key\n\n# {RULE}\n",
    "gateway/settings.py": "import os\n\nHOME = os.environ\n",
    "gateway/cli/serve.py": "print('serving')\n",
    "schema/schema.graphql": '"""A root."""\ntype Query {\n  """A name."""\n  name: String\n}\n',
    "tests/__init__.py": "",
    "tests/cache/__init__.py": "",
    "tests/cache/test_keys.py": f'import pytest\nimport cache\n\n\ndef test_it():\n    """{RULE}."""\n',
}
"""A tree that every rule is content with."""
