#pragma once

#include <cstdint>
#include <span>

namespace assay {

/// How a token is chosen from its logits. Each rule works on what the one before it left, in this
/// order: repetition_penalty, temperature, top_k, top_p, min_p.
struct SamplingOptions {
  double temperature = 1.0;  ///< 0: the likeliest token
  int64_t top_k = 0;         ///< only the k likeliest tokens; 0: all
  uint64_t seed = 0;
  /// Only the likeliest tokens whose probabilities add up to this, the one that reaches it
  /// included. Source: Holtzman et al. 2020, arXiv 1904.09751, section 3.1.
  double top_p = 1.0;
  /// Only tokens at least this likely, compared with the likeliest. Source: Nguyen et al. 2024,
  /// arXiv 2407.01082.
  double min_p = 0.0;
  /// Divides positive logits of tokens that came before and multiplies negative ones. Source:
  /// Keskar et al. 2019, arXiv 1909.05858, section 4.1.
  double repetition_penalty = 1.0;
};

/// Throws: ConfigError where an option is out of its range (temperature and top_k not negative,
/// top_p above 0 and at most 1, min_p from 0 to 1, repetition_penalty above 0).
void check_sampling(const SamplingOptions& options);

/// The token that draw number `draw` chooses: softmax(logits / temperature) over the tokens that
/// the options leave; of equally likely ones the lower number comes first. `history` are the tokens
/// that came before, for the repetition penalty. Depends on its arguments only. Throws: as
/// check_sampling; TrainingError where a logit is not finite.
int64_t sample_token(std::span<const float> logits, const SamplingOptions& options, uint64_t draw,
                     std::span<const int64_t> history = {});

/// ln softmax(logits)[token]: by the logits as the model gave them, before any rule of the options.
double log_probability(std::span<const float> logits, int64_t token);

/// The seed of sample number `sample` of a request: its own for the first, and for the others one
/// drawn from it, so that a sample does not depend on what else is in the batch.
uint64_t seed_of_sample(uint64_t seed, int64_t sample);

}  // namespace assay
