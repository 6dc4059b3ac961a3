#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "units/quantity.h"
#include "units/sourced.h"

namespace assay {

/// What the time of a line grows shorter with on another device: its peak of matrix products, its
/// memory's bandwidth, the links to its neighbours; or nothing of the device (a network).
enum class ProbeScaling { kPeak, kBandwidth, kInterconnect, kNone };
/// "peak", "bandwidth", "interconnect", "none".
std::string_view to_string(ProbeScaling scaling);

/// The time of one distinct layer of a model, measured on a device: medians over the repeats.
struct ProbeLayer {
  std::string name;   ///< "attention", "experts" ...
  int64_t count = 0;  ///< how many of them the model has
  Seconds forward;    ///< of one layer, for `ProbeRecord::tokens` tokens
  Seconds backward;
  Seconds low;  ///< forward and backward: 5 % of the repeats were shorter
  Seconds high;
  ProbeScaling scaling = ProbeScaling::kPeak;
};

/// The time of a pass over every parameter, measured: medians, and 5 % and 95 % of the repeats.
struct ProbePass {
  int64_t parameters = 0;  ///< that the pass went over
  Seconds time;
  Seconds low;
  Seconds high;
};

/// The parallel layout that the timed slice is taken from.
struct ProbeLayout {
  int64_t tensor = 1;
  int64_t pipeline = 1;
  int64_t data = 1;
  int64_t expert = 1;
  double batch_tokens = 0;         ///< of one optimizer step over all devices; 0: not known
  int64_t nodes_per_token = 0;     ///< most nodes that a token's experts lie on; 0: no limit
  double network_bytes_per_s = 0;  ///< of one device to other nodes, one direction; 0: not known
  std::string source;              ///< "options", or the registry's entry and its marks
};

/// A part of the time that one token of training takes, in device-seconds, with its 90 % interval.
struct ProbeLine {
  std::string name;
  double value = 0;
  double low = 0;
  double high = 0;
  ProbeScaling scaling = ProbeScaling::kPeak;
  Provenance provenance = Provenance::kMeasured;
  std::string basis;  ///< formula with its numbers and source
};

/// What timing a model's layers on one device says about its training. What was measured is in
/// `layers`, `accumulate` and `optimizer`; `lines` follow from it (cost/probe_time.h).
struct ProbeRecord {
  std::string created_utc;
  std::string code_version;
  std::string model;        ///< registry id of the published model, or the name of a file
  std::string model_toml;   ///< its [model] table at full size
  std::string device;       ///< registry id of the device that was timed; empty: not registered
  std::string device_kind;  ///< "cpu" or "cuda"
  std::string device_name;  ///< as the driver prints it
  std::string driver;
  std::string clock;      ///< "steady_clock", "cuda_events"
  std::string precision;  ///< "bf16", "fp32"
  std::string routing;    ///< "balanced", "router"; empty without experts
  int64_t seq_len = 0;
  int64_t micro_batch = 0;    ///< sequences
  int64_t tokens = 0;         ///< in one timed pass: micro_batch x seq_len
  int64_t width_divisor = 1;  ///< 1: the published width; more: reduced, no evidence
  int64_t warmup = 0;         ///< passes before the first that counts
  int64_t repeats = 0;
  int64_t experts_held = 0;      ///< of a mixture layer, on the timed slice
  int64_t slice_parameters = 0;  ///< of the largest timed slice
  double needed_bytes = 0;       ///< said before the start
  ProbeLayout layout;
  std::vector<std::string> notes;  ///< what the slice leaves out or holds less of
  std::vector<ProbeLayer> layers;
  ProbePass accumulate;  ///< adding one micro-batch's gradients to their sum
  ProbePass optimizer;   ///< one update
  std::vector<ProbeLine> lines;
  std::vector<std::string> missing;  ///< lines that could not be reckoned, with the reason
  /// Device-seconds that one token of training takes: the sum of the lines.
  Sourced<double> device_seconds_per_token;

  /// True where the record says something about the published model: its full width, timed on an
  /// accelerator of the registry.
  [[nodiscard]] bool is_evidence() const {
    return width_divisor == 1 && device_kind != "cpu" && !device.empty();
  }
};

/// Indented JSON (FORMAT.md, "Layer probes").
std::string to_json_text(const ProbeRecord& record);

/// Reads it back. `where` begins every message. Throws: DataError for broken JSON, a key that is
/// missing or of the wrong type, an unknown version, times that are negative or not finite,
/// intervals turned round, and lines that do not add up to the whole.
ProbeRecord parse_probe(std::string_view text, const std::string& where);

/// The same of a file of at most 16 MiB. Throws: DataError naming the file.
ProbeRecord read_probe_record(const std::filesystem::path& path);

/// Writes a file durably. Throws: StorageError.
void write_probe_record(const std::filesystem::path& path, const ProbeRecord& record);

}  // namespace assay
