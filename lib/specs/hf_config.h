#pragma once

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/toml_node.h"

namespace assay {

/// A Hugging Face config.json.
struct HfConfig {
  std::string name;  ///< the file, for messages
  std::shared_ptr<const nlohmann::json> keys;
};

/// Reads the config.json that `path` names, or that lies in the folder of that name, and gives the
/// table of the family that its `model_type` names, as family.h reads it. Throws: DataError for a
/// file that is no JSON object, an unknown model_type, a missing or wrong value, and any key that
/// is neither understood nor known to leave the mathematics alone.
TomlTable read_hf_config(const std::filesystem::path& path);

/// What a family takes where config.json says nothing of rotary positions.
struct HfRopeDefaults {
  double theta = 10000;
  std::string_view share_path = {};  ///< where partial_rotary_factor goes; empty: not read
  double share = 1;
};

/// Translates one config.json key by key; what no call took is an error in the end. Keys that are
/// absent take the default given, which is transformers' own; without one they are an error. Paths
/// of the result may name an inner table: "latent.d_v".
class HfReader {
 public:
  explicit HfReader(const HfConfig& config);

  [[nodiscard]] std::string model_type() const;
  [[nodiscard]] bool has(std::string_view key) const;
  /// The key is there, and null.
  [[nodiscard]] bool has_null(std::string_view key) const;

  int64_t integer(std::string_view key, std::string_view path,
                  std::optional<int64_t> initial = std::nullopt);
  /// An integer that may be absent or null.
  void optional_integer(std::string_view key, std::string_view path);
  void number(std::string_view key, std::string_view path, double initial);
  void boolean(std::string_view key, std::string_view path, bool initial);
  void text(std::string_view key, std::string_view path, std::string_view initial);
  /// A text out of a few that is not copied to the result.
  std::string name_of(std::string_view key, std::string_view initial,
                      std::initializer_list<std::string_view> known);
  /// A boolean that is not copied to the result.
  bool flag(std::string_view key, bool initial);
  /// An integer that is not copied to the result.
  int64_t value_of(std::string_view key);
  void set(std::string_view path, bool value);
  void set(std::string_view path, int64_t value);
  void set(std::string_view path, double value);
  /// An object inside of this one, whose keys are checked by its own finish.
  HfConfig section(std::string_view key);

  /// A list of texts; empty where it is absent.
  std::vector<std::string> texts(std::string_view key);
  /// A list of integers; empty where it is absent.
  std::vector<int64_t> integers(std::string_view key);

  /// The kinds of attention, one a layer; empty where they are absent.
  std::vector<std::string> layer_types();

  /// Rotary base and stretch: rope_theta and rope_scaling, or rope_parameters of transformers 5.
  void rope(const HfRopeDefaults& defaults = {});
  /// The same where the family knows no stretch.
  void plain_rope(const HfRopeDefaults& defaults = {});

  /// The key is absent, or has the one value that the family computes with.
  void must_be(std::string_view key, std::string_view value);
  void must_be(std::string_view key, const char* value) { must_be(key, std::string_view(value)); }
  void must_be(std::string_view key, bool value);
  void must_be(std::string_view key, int value);
  void must_be(std::string_view key, double value);
  void must_be_null(std::string_view key);
  /// layer_types is absent, or has this one value for every layer.
  void every_layer_must_be(std::string_view value);
  /// Keys that leave shapes and mathematics alone.
  void ignore(std::initializer_list<std::string_view> keys);

  /// Throws: DataError at the key.
  [[noreturn]] void refuse(std::string_view key, const std::string& fact) const;

  /// The table, with `family`. Throws: DataError naming a key that nothing took.
  TomlTable finish(std::string_view family);

 private:
  const nlohmann::json* take(std::string_view key);
  void require_equal(std::string_view key, const nlohmann::json& value);
  void put(std::string_view path, std::string_view key, TomlNode node);
  void read_rope_scaling(const nlohmann::json& scaling, std::string_view key);
  [[nodiscard]] Place place(std::string_view key) const;

  const HfConfig& config_;
  TomlTable table_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace assay
