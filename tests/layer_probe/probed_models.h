#pragma once

#include "layer_probe/probe_plan.h"
#include "specs/family.h"
#include "tests/models/small_models.h"

namespace assay {

/// A resolved table of a model text.
inline TomlTable resolved(const std::string& toml) {
  return resolve_model_table(read_toml(toml, {.name = "test"}));
}

inline const std::string& small_model(const std::string& name) {
  for (const SmallModel& model : small_models()) {
    if (model.name == name) return model.toml;
  }
  throw std::runtime_error("no small model " + name);
}

/// Two passes of one short sequence in fp32.
inline ProbeRequest short_request(const std::string& toml) {
  ProbeRequest request{.model = "small", .table = resolved(toml)};
  request.precision = Precision::kFp32;
  request.seq_len = 32;
  request.warmup = 1;
  request.repeats = 3;
  return request;
}

inline const Bytes kPlenty(1e12);

}  // namespace assay
