"""Safetensors files without the package: eight bytes of length, a JSON header, the tensors one after the other."""

import ctypes
import json
import mmap
import struct

import torch

DTYPES = {"F32": torch.float32, "BF16": torch.bfloat16}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def write(path, shapes, dtype, make):
    """`make(name, shape)` gives each tensor in turn, so that a model need not be in memory whole."""
    header, position = {"__metadata__": {"format": "pt"}}, 0
    for name, shape in shapes.items():
        size = dtype.itemsize * torch.Size(shape).numel()
        header[name] = {"dtype": NAMES[dtype], "shape": list(shape), "data_offsets": [position, position + size]}
        position += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes.items():
            tensor = make(name, shape).to("cpu", dtype).contiguous()
            size = tensor.numel() * dtype.itemsize
            file.write((ctypes.c_char * size).from_address(tensor.data_ptr()))


def read(path):
    """{name: tensor}, mapped from the file and not to be written to."""
    with open(path, "rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + length])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        dtype = DTYPES[entry["dtype"]]
        count = torch.Size(entry["shape"]).numel()
        begin = 8 + length + entry["data_offsets"][0]
        tensors[name] = torch.frombuffer(data, dtype=dtype, count=count, offset=begin).view(entry["shape"])
    return tensors
