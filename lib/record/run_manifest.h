#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "units/quantity.h"

namespace assay {

/// A file that a run depends on, by content.
struct FileDigest {
  std::string path;
  int64_t size = 0;
  std::string sha256;
};

/// A device that the run holds.
struct DeviceInfo {
  std::string kind;         ///< "cpu" or "cuda"
  std::string name;         ///< as the driver or /proc/cpuinfo prints it
  std::string uuid;         ///< GPU UUID; empty for a CPU
  std::string registry_id;  ///< id in configs/registry/devices, empty where unknown
  std::string driver;       ///< driver version; empty for a CPU
  /// Matrix products at start, FLOP/s; absent where they were not measured.
  std::optional<double> measured_ceiling_flops;
  std::string ceiling_dtype;  ///< of those products; empty where there were none
};

/// A stage of a run: pre-training, context extension, SFT, RL. One today.
struct StageInfo {
  std::string name;
  int64_t num_steps = 0;
  int64_t seq_len = 0;
  int64_t tokens_per_step = 0;
};

/// What was found out about an energy source before the first step: how often its counter ticks,
/// what asking it costs and what the device draws while nothing runs.
struct EnergyProbe {
  std::string source;  ///< as in EnergySample
  std::string device_uuid;
  Seconds call;                  ///< mean wall time of a reading of the whole source
  std::optional<Seconds> tick;   ///< median time between two changes; absent: fewer than three
  std::optional<Watts> idle;     ///< mean power while probed; absent as above
  Seconds observed;              ///< how long it was read
  std::optional<Watts> limit{};  ///< power that the device may draw, where it says so
};

/// Everything needed to know what a run was and to do it again; written once at the start of each
/// process of the run (a resume may have another binary, driver or device).
struct RunManifest {
  std::string run_id;
  std::string started_utc;      ///< RFC 3339
  double started_unix_s = 0;    ///< host clock when the process started: from here devices are held
  int64_t resumed_at_step = 0;  ///< last step in the checkpoint that this process started from
  std::vector<std::string> command;  ///< argv
  std::string config_toml;           ///< the resolved config
  std::string config_sha256;
  std::vector<StageInfo> stages;
  std::string model_id;
  std::string model_family;
  std::string model_toml;  ///< the resolved [model] table, for rebuilding the ModelSpec
  /// "learned" or "forced_balance" (experts in turn: no evidence about training); empty for dense
  /// models and in older records.
  std::string routing;
  std::optional<double> expert_capacity_factor;  ///< absent: dropless
  int64_t num_parameters = 0;
  std::string precision;  ///< "fp32", "bf16", "fp8"
  /// Layers whose products are in fp8, and those that could be and were kept in bf16; a * stands
  /// for every number. Empty for other precisions and in older records.
  std::vector<std::string> fp8_layers;
  std::vector<std::string> bf16_layers;
  /// What backward passes computed again: "none", "attention", "full"; empty in older records and
  /// where nothing is trained.
  std::string recompute;
  /// Peak of tensors on the device that was predicted before the first step; absent in older
  /// records and where nothing is trained.
  std::optional<Bytes> predicted_peak;
  std::vector<FileDigest> data;
  double corpus_unigram_entropy_bits = 0;  ///< bits per token of the training corpus; 0: unknown
  double bytes_per_token = 0;              ///< of the validation data; 0: unknown
  std::string tokenizer;
  std::string code_version;  ///< git describe of the source, or "unknown"
  std::string compiler;
  std::string build_type;
  FileDigest binary;
  std::vector<FileDigest> libraries;
  std::string libtorch_version;
  std::vector<DeviceInfo> devices;
  int64_t world_size = 1;
  int64_t num_threads = 0;
  std::map<std::string, std::string> numerics;     ///< flags in force
  std::map<std::string, std::string> environment;  ///< allow-list only
  uint64_t seed = 0;
  std::string rng_scheme;  ///< "philox4x32-10(seed, step, sample)"
  std::string parent_checkpoint;
  std::string team;
  std::string project;
  std::string cost_centre;
  std::string price_text;  ///< "0.10 USD/gpu_h" as the config names it; empty: no price
  std::string price_source;
  std::string price_sheet;       ///< id of the registry's price; empty: the config's own figure
  std::string price_valid_from;  ///< first day of the price, "2026-01-01"; empty: not stated
  std::string price_valid_to;    ///< last day of the price; empty: not stated
  std::string hostname;
  std::vector<std::string> energy_sources;  ///< in use: "nvml_counter GPU-1234", "rapl package-0"
  std::vector<EnergyProbe> energy_probes;
  std::vector<std::string> energy_unavailable;  ///< "rapl: permission denied (how to enable it)"
};

}  // namespace assay
