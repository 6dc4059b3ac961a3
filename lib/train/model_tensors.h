#pragma once

#include <torch/nn/module.h>

#include <set>
#include <string>

#include "train/named_tensor.h"
#include "train/train_config.h"

namespace assay {

/// What the weights of a precision are kept in.
at::ScalarType weight_type(Precision precision);

/// Puts a module on a device and its parameters into a precision, in place. Buffers keep their
/// type: angles and masks are computed in fp32. Throws: DataError that names all parameters with
/// numbers that are too large for the precision.
void place_model(torch::nn::Module& module, at::Device device, Precision precision);

/// The parameters with their full names, in the order of registration, each tensor once.
NamedTensors named_parameters(const torch::nn::Module& module);

/// Names of the parameters that are embeddings' tables, tied heads' among them.
std::set<std::string> embedding_names(const torch::nn::Module& module);

/// Parameters and buffers: what a checkpoint's model file holds.
NamedTensors named_tensors(const torch::nn::Module& module);

}  // namespace assay
