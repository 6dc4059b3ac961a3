#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/toml_node.h"
#include "specs/hf_config.h"

namespace assay {

/// What a family takes where config.json says nothing of rotary positions.
struct HfRopeDefaults {
  double theta = 10000;
  std::string_view share_path = {};  ///< where partial_rotary_factor goes; empty: not read
  double share = 1;
};

/// Translates one config.json key by key; what no call took is an error in the end. Keys that are
/// absent take the default given, which is transformers' own; without one they are an error. An
/// explicit null is an error too, except where a call says what it means. Paths of the result may
/// name an inner table: "latent.d_v".
class HfReader {
 public:
  explicit HfReader(const HfConfig& config);

  [[nodiscard]] std::string model_type() const;
  /// The key is there, and not null.
  [[nodiscard]] bool has(std::string_view key) const;
  /// The key is there, and null.
  [[nodiscard]] bool has_null(std::string_view key) const;

  int64_t integer(std::string_view key, std::string_view path,
                  std::optional<int64_t> initial = std::nullopt);
  /// An integer whose null means `derived`: what follows from other sizes.
  int64_t integer_or_null(std::string_view key, std::string_view path,
                          std::optional<int64_t> initial, int64_t derived);
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
  int64_t value_of(std::string_view key, std::optional<int64_t> initial = std::nullopt);
  /// A number that is not copied to the result.
  double number_of(std::string_view key, double initial);
  /// What follows from `key`, or from a key inside of it: "attn_config.kv_n_heads".
  void set(std::string_view path, std::string_view key, bool value);
  void set(std::string_view path, std::string_view key, int64_t value);
  void set(std::string_view path, std::string_view key, double value);
  /// An object inside of this one, whose keys are checked by its own finish.
  HfConfig section(std::string_view key);

  /// A list of texts; empty where it is absent or null.
  std::vector<std::string> texts(std::string_view key);
  /// A list of integers; empty where it is absent or null.
  std::vector<int64_t> integers(std::string_view key);

  /// The kinds of attention, one a layer; empty where they are absent.
  std::vector<std::string> layer_types();

  /// Rotary base and stretch: rope_theta and rope_scaling, or rope_parameters of transformers 5. A
  /// figure that stands in several places must be the same in all.
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
  /// Two names of one figure: where both are there, they have the same value.
  void must_agree(std::string_view key, std::string_view other);
  /// layer_types is absent, or has this one value for every layer.
  void every_layer_must_be(std::string_view value);
  /// Probabilities of dropout, which acts in training only and which this program does not have: a
  /// note where they are above 0.
  void note_dropout(std::initializer_list<std::string_view> keys);
  /// Out of num_nextn_predict_layers, whose blocks the model leaves out, and quantization_config,
  /// which says how weights are stored: a note where they are there.
  void note_left_out(std::initializer_list<std::string_view> keys);
  /// Adds a note about a key that is there.
  void note(std::string_view key, std::string_view fact);
  /// Keys that leave shapes and mathematics alone.
  void ignore(std::initializer_list<std::string_view> keys);

  /// Throws: DataError at the key.
  [[noreturn]] void refuse(std::string_view key, const std::string& fact) const;

  /// The table, with `family`. Throws: DataError naming a key that nothing took.
  TomlTable finish(std::string_view family);

 private:
  /// The value of a key, or null where it is absent. Throws: DataError where it is null itself.
  const nlohmann::json* take(std::string_view key);
  [[nodiscard]] nlohmann::json list(std::string_view key);
  void require_equal(std::string_view key, const nlohmann::json& value);
  void put(std::string_view path, std::string_view key, TomlNode node);
  [[nodiscard]] Place place(std::string_view key) const;

  struct RopeKeys;
  void add_rope_key(RopeKeys& keys, const std::string& name, const std::string& key,
                    const nlohmann::json& value) const;
  RopeKeys rope_keys_of(std::string_view object);
  RopeKeys rope_keys();
  void rope_number(const RopeKeys& keys, std::string_view key, std::string_view path,
                   double initial);
  void read_stretch(const RopeKeys& keys);
  void complete_yarn(const RopeKeys& keys);

  const HfConfig& config_;
  TomlTable table_;
  std::set<std::string, std::less<>> taken_;
};

}  // namespace assay
