import unittest


class SharedTest(unittest.TestCase):
    def test_runs(self):
        self.assertEqual(__name__, "__main__")


if __name__ == "__main__":
    unittest.main()
