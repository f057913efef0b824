import importlib.util
import os
import subprocess
import sys
import unittest


class UsedTest(unittest.TestCase):
    def test_python_takes_the_pyc(self):
        directory = os.path.dirname(os.path.abspath(__file__))
        pyc = importlib.util.cache_from_source(os.path.join(directory, "helper.py"))
        with open(pyc, "rb") as file:
            flags = file.read(8)[4:]
        # PEP 552: made from a hash. The interpreter itself would have taken the time.
        self.assertEqual(flags[0] & 1, 1)
        command = [sys.executable, "-v", "-B", "-c", "import helper"]
        environment = dict(os.environ, PYTHONPATH=directory)
        imported = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        self.assertIn("code object from %r" % pyc, imported.stderr)


if __name__ == "__main__":
    unittest.main()
