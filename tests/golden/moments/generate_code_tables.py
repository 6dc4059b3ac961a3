"""Writes code_tables.h: the 256 numbers of bitsandbytes' dynamic 8-bit codes.

python generate_code_tables.py, with torch and bitsandbytes installed.
"""
from pathlib import Path

import bitsandbytes
from bitsandbytes.functional import create_dynamic_map


def table(name: str, signed: bool) -> str:
    values = [f"{value:.9g}" for value in create_dynamic_map(signed).tolist()]
    rows = [", ".join(values[i : i + 8]) for i in range(0, len(values), 8)]
    return f"inline constexpr std::array<double, 256> {name}{{\n    " + ",\n    ".join(rows) + "};\n"


text = f"""#pragma once

#include <array>

// By generate_code_tables.py, bitsandbytes {bitsandbytes.__version__}.
// clang-format off
{table("kSignedCode", True)}
{table("kUnsignedCode", False)}// clang-format on
"""
(Path(__file__).parent / "code_tables.h").write_text(text)
