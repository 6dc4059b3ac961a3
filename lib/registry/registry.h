#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "specs/model_spec.h"
#include "units/measure.h"

namespace assay {

/// Where a figure was found. `mark` is "seen", "recalled" or "derived"; `hand` is "first" or
/// "second".
struct SourceRef {
  std::string key;      ///< entry of configs/registry/sources.toml
  std::string locator;  ///< page, table, section
  std::string mark;
};

/// A published document; one entry of configs/registry/sources.toml.
struct Source {
  std::string key;
  std::string title;
  std::string url;        ///< may be empty (a book, a talk)
  std::string published;  ///< YYYY-MM-DD, YYYY-MM or empty
  std::string retrieved;
  std::string hand;       ///< "first" or "second"
};

/// A figure with its source.
struct SourcedMeasure {
  Measure measure;
  SourceRef source;
};

/// A published model: a spec that can be computed with, or only its published counts.
struct RegisteredModel {
  std::string id;
  std::string name;
  std::optional<ModelSpec> spec;  ///< absent: counts only, no formula
  std::string config_toml;        ///< the [config] table, to build a module of it
  std::optional<SourcedMeasure> published_total;
  std::optional<SourcedMeasure> published_active;
  SourceRef source;
};

/// An accelerator or processor. Peaks are dense; absent means unsupported or unpublished.
struct Device {
  std::string id;
  std::string name;
  std::vector<std::string> match_names;  ///< exactly as a driver prints the device's name
  std::map<std::string, SourcedMeasure> peak_flops;  ///< by dtype: "bf16", "fp16", "fp8", "fp32"
  std::optional<SourcedMeasure> memory;
  std::optional<SourcedMeasure> bandwidth;
  std::optional<SourcedMeasure> tdp;
  std::string architecture;  ///< "hopper", "ampere" ...
};

/// A price of a device, or a band of prices, valid in an interval of dates.
struct Price {
  std::string id;
  std::string device;
  SourcedMeasure low;
  SourcedMeasure high;
  std::string valid_from;
  std::string valid_to;
  std::string kind;  ///< "on-demand", "market", "assumed-by-claim"
};

/// An interval of what is usual, with its source: efficiency bands and the like.
struct Band {
  std::string id;
  double low = 0;
  double high = 0;
  SourceRef source;
};

/// The catalogues, loaded from a directory of TOML files and immutable after that.
class Registry {
 public:
  /// Loads every catalogue under `root` (`models/`, `devices/`, `prices/`, `bands/`,
  /// `sources.toml`). Throws: DataError with file:line:column.
  static Registry load(const std::filesystem::path& root);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// sha256 over the sorted relative paths and contents of every TOML file below root.
  [[nodiscard]] const std::string& hash() const { return hash_; }

  [[nodiscard]] const std::map<std::string, RegisteredModel>& models() const { return models_; }
  [[nodiscard]] const std::map<std::string, Device>& devices() const { return devices_; }
  [[nodiscard]] const std::map<std::string, Price>& prices() const { return prices_; }
  [[nodiscard]] const std::map<std::string, Band>& bands() const { return bands_; }
  [[nodiscard]] const std::map<std::string, Source>& sources() const { return sources_; }

  /// Throw: DataError naming the nearest known id.
  [[nodiscard]] const RegisteredModel& model(std::string_view id) const;
  [[nodiscard]] const Device& device(std::string_view id) const;
  [[nodiscard]] const Source& source(std::string_view key) const;

  /// The device whose `match_names` holds `driver_name` exactly; never a guess.
  [[nodiscard]] const Device* find_device_by_driver_name(std::string_view driver_name) const;

 private:
  std::filesystem::path root_;
  std::string hash_;
  std::map<std::string, RegisteredModel> models_;
  std::map<std::string, Device> devices_;
  std::map<std::string, Price> prices_;
  std::map<std::string, Band> bands_;
  std::map<std::string, Source> sources_;
};

/// Finds the registry: `flag` (from --registry) if not empty, else $ASSAY_DATA, else
/// <exe>/../share/assay, else the source tree this program was built from. Throws: ConfigError
/// naming every place that was tried.
std::filesystem::path find_registry(const std::string& flag);

}  // namespace assay
