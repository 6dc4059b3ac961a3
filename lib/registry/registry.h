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
  std::string hand;  ///< "first" or "second"
  /// The document that this one quotes: its figures are that document's, read in a copy. May be
  /// empty.
  std::string copy_of;
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
  std::string developer;
  std::string released;  ///< YYYY-MM-DD, YYYY-MM or empty
  std::string note;
  std::optional<ModelSpec> spec;  ///< absent: counts only, no formula
  std::string config_toml;        ///< the resolved [config] table, to build a module of it
  std::optional<SourcedMeasure> published_total;
  std::optional<SourcedMeasure> published_active;
  SourceRef source;
};

/// An accelerator or processor. Peaks are dense; absent means unsupported or unpublished.
struct Device {
  std::string id;
  std::string name;
  std::vector<std::string> match_names;  ///< exactly as a driver prints the device's name
  /// By dtype: "fp64", "fp64_tensor", "fp32", "tf32", "bf16", "fp16", "fp8", "fp4". Tensor or
  /// matrix cores except for fp64 and fp32; fp16 and bf16 accumulate in fp32.
  std::map<std::string, SourcedMeasure> peak_flops;
  std::optional<SourcedMeasure> memory;
  std::optional<SourcedMeasure> bandwidth;
  std::optional<SourcedMeasure> interconnect;  ///< both directions together, to its neighbours
  std::optional<SourcedMeasure> tdp;
  std::string architecture;  ///< "hopper", "ampere" ...
  std::string vendor;
  std::string kind;      ///< "gpu", "tpu", "npu" or "cpu"
  std::string released;  ///< YYYY-MM-DD, YYYY-MM or empty
  std::string note;
};

/// A price of a device, or a band of prices, valid in an interval of dates.
struct Price {
  std::string id;
  std::string device;
  SourcedMeasure low;
  SourcedMeasure high;
  std::string valid_from;  ///< YYYY-MM-DD, the first day
  std::string valid_to;    ///< YYYY-MM-DD, the last day
  std::string kind;        ///< "on-demand", "market", "list", "committed", "assumed-by-claim"
  std::string note;
};

/// An interval of what is usual or was ever published, with its source: efficiency bands and the
/// like. In base units; shares are fractions: 47 % is 0.47.
struct Band {
  std::string id;
  double low = 0;
  double high = 0;
  SourceRef source;
  std::string title;  ///< what lies in it, in words
  std::string note;
  std::string unit;      ///< as the file writes the lower end: "%", "gCO2e/kWh", "USD/kWh"
  std::string currency;  ///< of bands of money; else empty
};

/// Location-based carbon intensity of a grid's electricity in a year.
struct Grid {
  std::string id;
  std::string name;
  SourcedMeasure intensity;
  std::string year;  ///< YYYY
  std::string note;
};

/// What one unit of a currency costs in another at a date, as a source states it.
struct FxRate {
  std::string id;
  SourcedMeasure rate;  ///< "156 JPY/USD"
  std::string date;     ///< YYYY-MM-DD, YYYY-MM or YYYY
};

/// The catalogues, loaded from a directory of TOML files and immutable after that.
class Registry {
 public:
  /// Loads every catalogue under `root` (`sources.toml`; `models/`, `devices/`, `prices/`,
  /// `grids/`, `fx/`, `bands/`, each file named after its id). Throws: DataError with
  /// file:line:column for a fault in a file, an id that is not the file's name, a source, device or
  /// model that is not there, or two prices of one device and kind whose dates overlap.
  static Registry load(const std::filesystem::path& root);

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// sha256 over the sorted relative paths and contents of every TOML file below root.
  [[nodiscard]] const std::string& hash() const { return hash_; }

  [[nodiscard]] const std::map<std::string, RegisteredModel>& models() const { return models_; }
  [[nodiscard]] const std::map<std::string, Device>& devices() const { return devices_; }
  [[nodiscard]] const std::map<std::string, Price>& prices() const { return prices_; }
  [[nodiscard]] const std::map<std::string, Band>& bands() const { return bands_; }
  [[nodiscard]] const std::map<std::string, Grid>& grids() const { return grids_; }
  [[nodiscard]] const std::map<std::string, FxRate>& fx_rates() const { return fx_rates_; }
  [[nodiscard]] const std::map<std::string, Source>& sources() const { return sources_; }

  /// Throw: DataError naming the nearest known id.
  [[nodiscard]] const RegisteredModel& model(std::string_view id) const;
  [[nodiscard]] const Device& device(std::string_view id) const;
  [[nodiscard]] const Price& price(std::string_view id) const;
  [[nodiscard]] const Band& band(std::string_view id) const;
  [[nodiscard]] const Source& source(std::string_view key) const;

  /// The prices of a device that are valid on a day (YYYY-MM-DD), of one kind unless it is empty.
  [[nodiscard]] std::vector<const Price*> prices_on(std::string_view device, std::string_view day,
                                                    std::string_view kind = {}) const;

  /// The device whose `match_names` holds `driver_name` exactly; never a guess.
  [[nodiscard]] const Device* find_device_by_driver_name(std::string_view driver_name) const;

 private:
  std::filesystem::path root_;
  std::string hash_;
  std::map<std::string, RegisteredModel> models_;
  std::map<std::string, Device> devices_;
  std::map<std::string, Price> prices_;
  std::map<std::string, Band> bands_;
  std::map<std::string, Grid> grids_;
  std::map<std::string, FxRate> fx_rates_;
  std::map<std::string, Source> sources_;
};

/// Finds the registry: `flag` (from --registry) if not empty, else $ASSAY_DATA, else
/// <exe>/../share/assay, else the source tree this program was built from. A place is the registry
/// itself (it holds sources.toml), or holds it as `registry` or `configs/registry`. Throws:
/// ConfigError naming every place that was tried; the flag and $ASSAY_DATA are tried alone.
std::filesystem::path find_registry(const std::string& flag);

}  // namespace assay
