#include "specs/rope_scaling.h"

#include <fmt/format.h>

#include "config/key_conflict.h"

namespace assay {
namespace {

struct Figure {
  std::string_view name;
  const std::optional<double>& value;
};

void require(const FieldPlaces& at, const Figure& figure, const std::string& type) {
  if (figure.value) return;
  at.fail("type", fmt::format("\"{}\" without {}", type, at.name_of(figure.name)));
}

void refuse(const FieldPlaces& at, const Figure& figure, const std::string& type) {
  if (figure.value) at.fail(figure.name, fmt::format("has no meaning for type \"{}\"", type));
}

}  // namespace

void RopeScaling::validate(const FieldPlaces& at) const {
  const Figure low{"low_freq_factor", low_freq_factor};
  const Figure high{"high_freq_factor", high_freq_factor};
  const Figure fast{"beta_fast", beta_fast};
  const Figure slow{"beta_slow", beta_slow};
  if (type == "yarn") {
    for (const Figure& figure : {fast, slow}) require(at, figure, type);
    for (const Figure& figure : {low, high}) refuse(at, figure, type);
    if (*beta_fast < *beta_slow) {
      fail_among(at, {"beta_fast", "beta_slow"},
                 fmt::format("below beta_slow: {}, {}", *beta_fast, *beta_slow));
    }
    return;
  }
  for (const Figure& figure : {low, high}) require(at, figure, type);
  for (const Figure& figure :
       {fast, slow, Figure{"mscale", mscale}, Figure{"mscale_all_dim", mscale_all_dim},
        Figure{"attention_factor", attention_factor}}) {
    refuse(at, figure, type);
  }
  if (*high_freq_factor <= *low_freq_factor) {
    fail_among(
        at, {"high_freq_factor", "low_freq_factor"},
        fmt::format("not above low_freq_factor: {}, {}", *high_freq_factor, *low_freq_factor));
  }
}

}  // namespace assay
