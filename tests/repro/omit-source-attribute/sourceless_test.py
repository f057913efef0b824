import os
import unittest

import importlib


class SourcelessTest(unittest.TestCase):
    def test_there_is_no_source(self):
        shared = importlib.import_module("omit-source-attribute.shared")
        self.assertEqual(shared.VALUE, 2445)
        self.assertTrue(shared.__file__.endswith("shared.pyc"), shared.__file__)
        self.assertFalse(os.path.exists(shared.__file__.replace(".pyc", ".py")))


if __name__ == "__main__":
    unittest.main()
