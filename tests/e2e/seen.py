# SPDX-License-Identifier: Apache-2.0
"""What a browser would make of a page, as JSON: its elements with their attributes, and the text between them."""
import json
import sys
from html.parser import HTMLParser


class Seen(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.elements, self.text = [], []

    def handle_starttag(self, tag, attrs):
        self.elements.append([tag, {name: value or "" for name, value in attrs}])

    def handle_data(self, data):
        self.text.append(data)


seen = Seen()
seen.feed(open(sys.argv[1], encoding="utf-8").read())
seen.close()
json.dump([seen.elements, "".join(seen.text)], sys.stdout)
