def main():
    print("tool")
