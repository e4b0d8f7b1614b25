"""From a judged candidate to what people read: what may be shown, releases, the bulletin, the three audiences.

Reads ``warehouse/candidate/<build>/`` and releases, never the warehouse. A public file is written here and
nowhere else.
"""
