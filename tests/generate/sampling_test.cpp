#include "generate/sampling.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <vector>

#include "error/error.h"

using assay::sample_token;
using assay::SamplingOptions;

namespace {

const std::vector<float> kLogits{0.0F, 2.0F, -1.0F, 1.0F};

/// How often each token comes in 20,000 draws.
std::vector<double> frequencies(const SamplingOptions& options) {
  std::vector<double> counts(kLogits.size(), 0);
  for (uint64_t draw = 0; draw < 20000; ++draw) {
    counts.at(static_cast<size_t>(sample_token(kLogits, options, draw))) += 1.0 / 20000;
  }
  return counts;
}

}  // namespace

TEST_CASE("tokens come as often as softmax of logits over temperature says") {
  for (const double temperature : {1.0, 0.5, 3.0}) {
    const auto seen = frequencies({.temperature = temperature, .seed = 5});
    double total = 0;
    for (const float logit : kLogits) total += std::exp(logit / temperature);
    for (size_t i = 0; i < kLogits.size(); ++i) {
      CHECK(seen[i] == Approx(std::exp(kLogits[i] / temperature) / total).margin(0.015));
    }
  }
}

TEST_CASE("top-k keeps the k likeliest tokens") {
  const auto seen = frequencies({.top_k = 2, .seed = 5});
  CHECK(seen[0] == 0);
  CHECK(seen[2] == 0);
  CHECK(seen[1] == Approx(std::exp(2.0) / (std::exp(2.0) + std::exp(1.0))).margin(0.015));
  CHECK(frequencies({.top_k = 1})[1] == Approx(1.0));
}

TEST_CASE("temperature 0 takes the likeliest token, the lower number in a tie") {
  CHECK(sample_token(kLogits, {.temperature = 0}, 3) == 1);
  CHECK(sample_token(std::vector<float>{1, 7, 7}, {.temperature = 0}, 3) == 1);
}

TEST_CASE("a draw depends on seed and number only") {
  const SamplingOptions options{.temperature = 2, .seed = 9};
  std::vector<int64_t> first;
  std::vector<int64_t> other_seed;
  for (uint64_t draw = 0; draw < 50; ++draw) {
    first.push_back(sample_token(kLogits, options, draw));
    other_seed.push_back(sample_token(kLogits, {.temperature = 2, .seed = 10}, draw));
    CHECK(sample_token(kLogits, options, draw) == first.back());
  }
  CHECK(first != other_seed);
}

TEST_CASE("logits that are not finite are an error, not a token") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(sample_token(std::vector<float>{1, nan}, {}, 0), assay::TrainingError);
}

TEST_CASE("negative sampling options are a config error") {
  CHECK_THROWS_AS(sample_token(kLogits, {.temperature = -1}, 0), assay::ConfigError);
  CHECK_THROWS_AS(sample_token(kLogits, {.top_k = -1}, 0), assay::ConfigError);
}

TEST_CASE("sampling options that are no finite numbers are a config error") {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    CHECK_THROWS_AS(sample_token(kLogits, {.temperature = bad}, 0), assay::ConfigError);
    CHECK_THROWS_AS(sample_token(kLogits, {.top_p = bad}, 0), assay::ConfigError);
    CHECK_THROWS_AS(sample_token(kLogits, {.min_p = bad}, 0), assay::ConfigError);
    CHECK_THROWS_AS(sample_token(kLogits, {.repetition_penalty = bad}, 0), assay::ConfigError);
  }
}

TEST_CASE("top-p keeps the likeliest tokens that reach it together") {
  // Probabilities 0.64, 0.24, 0.09, 0.03 of tokens 1, 3, 0, 2.
  const auto seen = frequencies({.seed = 5, .top_p = 0.7});
  CHECK(seen[0] == 0);
  CHECK(seen[2] == 0);
  CHECK(seen[1] == Approx(std::exp(2.0) / (std::exp(2.0) + std::exp(1.0))).margin(0.015));
  CHECK(frequencies({.top_p = 0.6})[1] == Approx(1.0));
  CHECK(frequencies({.top_k = 2, .seed = 5, .top_p = 0.99})[0] == 0);
}

TEST_CASE("top-p finds its tokens in a vocabulary that is nearly even") {
  std::vector<float> even(5000, 0.0F);
  even[17] = 0.5F;
  std::vector<int> hits(even.size(), 0);
  for (uint64_t draw = 0; draw < 4000; ++draw) {
    ++hits[static_cast<size_t>(sample_token(even, {.seed = 3, .top_p = 0.5}, draw))];
  }
  // Ties go to the lower number, so the upper half of the vocabulary is out.
  CHECK(std::all_of(hits.begin() + 2501, hits.end(), [](int count) { return count == 0; }));
  CHECK(std::any_of(hits.begin() + 2000, hits.begin() + 2500, [](int count) { return count > 0; }));
}

TEST_CASE("min-p keeps the tokens that are likely enough beside the likeliest") {
  const auto seen = frequencies({.seed = 5, .min_p = 0.2});  // e^-1 = 0.37, e^-2 = 0.14
  CHECK(seen[0] == 0);
  CHECK(seen[2] == 0);
  CHECK(seen[3] > 0.2);
}

TEST_CASE("the repetition penalty holds back what came before") {
  const std::vector<int64_t> history{1, 1, 2};
  SamplingOptions options{.temperature = 0, .repetition_penalty = 4};
  CHECK(sample_token(kLogits, options, 0, history) == 3);  // 2 / 4 < 1
  CHECK(sample_token(kLogits, options, 0) == 1);
  options.repetition_penalty = 1.5;
  CHECK(sample_token(kLogits, options, 0, history) == 1);
  // Negative logits go down as well.
  CHECK(sample_token(std::vector<float>{-1, -1.5F}, {.temperature = 0, .repetition_penalty = 2}, 0,
                     std::vector<int64_t>{0}) == 1);
}

TEST_CASE("log-probabilities add up to one") {
  double total = 0;
  for (int64_t token = 0; token < 4; ++token) {
    total += std::exp(assay::log_probability(kLogits, token));
  }
  CHECK(total == Approx(1));
}

TEST_CASE("each sample of a request has a seed of its own, the first the request's") {
  CHECK(assay::seed_of_sample(9, 0) == 9);
  CHECK(assay::seed_of_sample(9, 1) != assay::seed_of_sample(9, 2));
  CHECK(assay::seed_of_sample(9, 1) != assay::seed_of_sample(10, 1));
}
