"""What a developer does with a client that was generated from the document: one account's contact, from its making to
its end. Arguments: the address of the API, a key, an account's id. It prints `fine` at its end."""

import sys
from uuid import UUID

from heddle_client import AuthenticatedClient
from heddle_client.api.accounts import (
    create_accounts_contacts,
    delete_accounts_contacts,
    get_accounts_contacts,
    list_accounts_contacts,
    update_accounts_contacts,
)
from heddle_client.models import AccountsContactsChange, AccountsContactsNew, Problem

address, key, account = sys.argv[1:]
client = AuthenticatedClient(base_url=address, token=key)

new = AccountsContactsNew(account_id=UUID(account), name="Ada", email="ada@client.example")
made = create_accounts_contacts.sync(client=client, body=new, idempotency_key="client-1")
again = create_accounts_contacts.sync(client=client, body=new, idempotency_key="client-1")
assert made.id == again.id and made.name == "Ada", (made, again)

page = list_accounts_contacts.sync(client=client, email="ada@client.example", limit=10)
assert [row.id for row in page.data] == [made.id] and page.has_more is False, page

change = AccountsContactsChange(name="Ada Lovelace")
changed = update_accounts_contacts.sync(made.id, client=client, body=change)
assert changed.name == "Ada Lovelace" and changed.email == made.email, changed

answer = delete_accounts_contacts.sync_detailed(made.id, client=client)
assert answer.status_code == 204, answer
gone = get_accounts_contacts.sync_detailed(made.id, client=client)
assert gone.status_code == 404 and (gone.parsed is None or isinstance(gone.parsed, Problem)), gone
print("fine")
