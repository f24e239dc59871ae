"""The command by the module's name: python -m counterfoil, and torchrun -m counterfoil."""

from counterfoil.cli import main

if __name__ == "__main__":
    main()
