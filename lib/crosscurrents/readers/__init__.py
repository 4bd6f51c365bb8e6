"""Files -> documents: text, pages, office documents, e-books, mail, tables, exports of databases.

`formats` has an entry for each; the other modules read what their names say.
"""
