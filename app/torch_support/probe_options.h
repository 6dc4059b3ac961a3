#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "record/probe_record.h"

namespace assay::app {

/// What the command line of `assay probe` asks for. Zero and empty: not given.
struct ProbeOptions {
  std::string model;  ///< registry id
  std::string hf;     ///< config.json, or the folder with it
  std::optional<ProbeLayout> layout;
  double batch_tokens = 0;
  double network_bytes_per_s = 0;
  int64_t seq_len = 0;
  int64_t micro_batch = 1;
  int64_t width_divisor = 0;
  int64_t warmup = 3;
  int64_t repeats = 20;
  int64_t threads = 0;
  std::string dtype;
  std::string device;
  bool balanced = true;
  bool json = false;
  bool dry_run = false;
  std::filesystem::path out;
  std::string registry;
};

/// Nothing where --help was asked for, which is printed. Throws: ConfigError.
std::optional<ProbeOptions> parse_probe_options(const std::vector<std::string>& args);

/// "ep=64,tp=1,pp=16,dp=128"; what is left out is 1. Throws: ConfigError.
ProbeLayout parse_layout(const std::string& text);

}  // namespace assay::app
