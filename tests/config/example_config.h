#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"

namespace assay {

enum class Colour { kRed, kGreen };

template <>
struct EnumNames<Colour> {
  static constexpr std::array kValues{std::pair{std::string_view("red"), Colour::kRed},
                                      std::pair{std::string_view("green"), Colour::kGreen}};
};

/// A struct with every field type.
struct StageExample {
  std::string name;
  int64_t steps = 1;
  template <class V>
  void fields(V& visit) {
    visit("name", name, "what it is called", required(), non_empty());
    visit("steps", steps, "optimizer steps", at_least(1));
  }
};

struct TrainExample {
  int64_t steps = 2000;
  double learning_rate = 1e-3;
  bool compile = false;
  std::string optimizer = "adamw";
  Colour colour = Colour::kRed;
  Seconds limit{3600};
  std::optional<double> clip;
  std::optional<Measure> price;
  std::vector<int64_t> sizes{1, 2};
  template <class V>
  void fields(V& visit) {
    visit("steps", steps, "optimizer steps", at_least(1));
    visit("learning_rate", learning_rate, "peak rate", above(0), at_most(1));
    visit("compile", compile, "compile the model");
    visit("optimizer", optimizer, "update rule", one_of({"adamw", "sgd"}));
    visit("colour", colour, "of the bar");
    visit("limit", limit, "wall time", above(0));
    visit("clip", clip, "norm of the gradient", above(0));
    visit("price", price, "of a device", in_unit_of(Dimension::kMoneyPerGpuHour), at_least(0));
    visit("sizes", sizes, "some sizes", at_least(1), non_empty());
  }
};

struct ExampleConfig {
  std::string title;
  TrainExample train;
  std::string address = "127.0.0.1:9464";
  std::vector<StageExample> stages;
  std::map<std::string, double> weights;
  TomlTable model;
  Located<std::string> corpus{"none", {}};
  Place place;
  template <class V>
  void fields(V& visit) {
    visit.place(place);
    visit("title", title, "of the run", required());
    visit("address", address, "of the endpoint");
    visit("corpus", corpus, "text to learn");
    visit("train", train, "training");
    visit("stages", stages, "stages of the run");
    visit("weights", weights, "by name", at_least(0));
    visit("model", model, "family and shape");
  }
  void validate(const FieldPlaces& at) const {
    if (corpus.value == title) at.fail("corpus", "the corpus is called like the run");
  }
};

inline ExampleConfig parse_example(std::string_view toml,
                                   DocumentKind kind = DocumentKind::kConfig) {
  return parse_table<ExampleConfig>(read_toml(toml, {.kind = kind, .name = "run.toml"}));
}

}  // namespace assay
