#include <catch2/catch.hpp>

#include <string_view>
#include <vector>

#include "registry/registry.h"

// The exact counts of every preset with a shape. They reproduce the published figure wherever there
// is one, and were computed from the shapes independently of this code.

namespace assay {
namespace {

struct Dense {
  std::string_view id;
  int64_t total, matmul;
};

constexpr Dense kDense[]{{"gpt-2-124m", 124'439'808, 123'532'032},
                         {"gpt-2-355m", 354'823'168, 353'453'056},
                         {"gpt-2-774m", 774'030'080, 772'117'760},
                         {"gpt-2-1.5b", 1'557'611'200, 1'554'971'200},
                         {"gpt-3-175b", 174'604'259'328, 174'563'733'504},
                         {"llama-2-7b", 6'738'415'616, 6'607'077'376},
                         {"llama-2-13b", 13'015'864'320, 12'851'609'600},
                         {"llama-2-70b", 68'976'648'192, 68'713'185'280},
                         {"llama-3.2-1b", 1'235'814'400, 1'235'746'816},
                         {"llama-3.2-3b", 3'212'749'824, 3'212'574'720},
                         {"llama-3.1-8b", 8'030'261'248, 7'504'658'432},
                         {"llama-3.1-70b", 70'553'706'496, 69'501'714'432},
                         {"llama-3.1-405b", 405'853'388'800, 403'747'897'344},
                         {"qwen2.5-0.5b", 494'032'768, 493'961'216},
                         {"qwen2.5-1.5b", 1'543'714'304, 1'543'569'408},
                         {"qwen2.5-3b", 3'085'938'688, 3'085'697'024},
                         {"qwen2.5-7b", 7'615'616'512, 7'070'285'824},
                         {"qwen2.5-14b", 14'770'033'664, 13'990'625'280},
                         {"qwen2.5-32b", 32'763'876'352, 31'984'189'440},
                         {"qwen2.5-72b", 72'706'203'648, 71'458'357'248},
                         {"qwen3-0.6b", 596'049'920, 595'984'384},
                         {"qwen3-1.7b", 1'720'574'976, 1'720'451'072},
                         {"qwen3-4b", 4'022'468'096, 4'022'272'000},
                         {"qwen3-8b", 8'190'735'360, 7'568'097'280},
                         {"qwen3-14b", 14'768'307'200, 13'989'969'920},
                         {"qwen3-32b", 32'762'123'264, 31'983'534'080},
                         {"olmo-2-7b", 7'298'617'344, 6'887'047'168},
                         {"olmo-2-13b", 13'716'198'400, 13'201'571'840},
                         {"tinyllama-1.1b", 1'100'048'384, 1'034'420'224},
                         {"bloom-176b", 176'247'271'424, 176'234'168'320},
                         {"palm-540b", 540'356'474'880, 540'354'281'472},
                         {"mpt-7b", 6'649'286'656, 6'649'020'416},
                         {"falcon-7b", 6'921'720'704, 6'921'420'800},
                         {"falcon-40b", 41'303'293'952, 41'301'311'488},
                         {"falcon-180b", 178'557'088'768, 178'552'307'712},
                         {"nemotron-4-340b", 341'029'195'776, 336'303'489'024}};

struct Sparse {
  std::string_view id;
  int64_t total, active, matmul;
  double no_input_embedding, no_embeddings;  // 1e9, two decimals
};

constexpr Sparse kSparse[]{
    {"mixtral-8x7b", 46'702'792'704, 12'879'925'248, 12'748'587'008, 12.75, 12.62},
    {"mixtral-8x22b", 140'630'071'296, 39'161'468'928, 38'959'448'064, 38.96, 38.76},
    {"olmoe-1b-7b", 6'919'161'856, 1'282'017'280, 1'178'861'568, 1.18, 1.08},
    {"qwen3-30b-a3b", 30'532'122'624, 3'353'032'704, 3'041'656'832, 3.04, 2.73},
    {"qwen3-235b-a22b", 235'093'634'560, 22'190'763'520, 21'567'635'456, 21.57, 20.95},
    {"deepseek-moe-16b", 16'375'728'128, 2'828'650'496, 2'618'818'560, 2.62, 2.41},
    {"deepseek-v2-lite", 15'706'484'224, 2'661'150'208, 2'451'308'544, 2.45, 2.24},
    {"deepseek-v2", 235'741'434'880, 21'375'800'320, 20'850'769'920, 20.85, 20.33},
    {"deepseek-v3", 671'026'419'200, 37'552'297'472, 36'624'596'992, 36.63, 35.70},
    {"moonlight-16b-a3b", 15'960'110'208, 2'914'776'192, 2'579'103'744, 2.58, 2.24},
    {"kimi-k2", 1'026'408'232'448, 32'861'500'928, 31'686'066'176, 31.69, 30.51},
    {"gpt-oss-20b", 20'914'757'184, 4'187'440'704, 3'607'142'400, 3.61, 3.03},
    {"gpt-oss-120b", 116'829'156'672, 5'711'982'912, 5'131'100'160, 5.13, 4.55},
    {"glm-4.5", 352'797'829'024, 33'632'266'144, 32'854'016'000, 32.86, 32.08},
    {"glm-4.5-air", 106'852'251'264, 13'424'129'664, 12'802'326'528, 12.80, 12.18},
    {"minimax-text-01", 456'089'655'296, 48'403'306'496, 47'172'550'656, 47.17, 45.94}};

const Registry& shipped() {
  static const Registry kRegistry =
      Registry::load(std::string(ASSAY_SOURCE_DIR) + "/configs/registry");
  return kRegistry;
}

}  // namespace

TEST_CASE("the dense presets have the published counts to the last digit") {
  for (const Dense& row : kDense) {
    INFO(row.id);
    REQUIRE(shipped().model(row.id).spec);
    const ParameterCounts& counts = shipped().model(row.id).spec->parameters;
    CHECK(counts.total == row.total);
    CHECK(counts.active_a == row.total);
    CHECK(counts.matmul == row.matmul);
  }
}

TEST_CASE("the mixtures have the published counts under every convention") {
  for (const Sparse& row : kSparse) {
    INFO(row.id);
    REQUIRE(shipped().model(row.id).spec);
    const ModelSpec& spec = *shipped().model(row.id).spec;
    const ParameterCounts& counts = spec.parameters;
    CHECK(counts.total == row.total);
    CHECK(counts.active_a == row.active);
    CHECK(counts.matmul == row.matmul);
    // No embedding is tied in these: each is one table of vocabulary x width.
    CHECK(counts.active_b == counts.active_a - spec.vocab_size * spec.d_model);
    CHECK(counts.active_c == counts.active_b - spec.vocab_size * spec.d_model);
    CHECK(static_cast<double>(counts.active_b) / 1e9 ==
          Approx(row.no_input_embedding).margin(0.0051));
    CHECK(static_cast<double>(counts.active_c) / 1e9 == Approx(row.no_embeddings).margin(0.0051));
  }
}

TEST_CASE("Grok-1's shape gives 0.5 % more than its README prints") {
  const ParameterCounts& counts = shipped().model("grok-1").spec->parameters;
  CHECK(counts.total == 315'684'820'992);
  CHECK(counts.active_a == 83'756'587'008);
  CHECK(counts.active_b == counts.active_a);  // the head is the embedding
  CHECK(counts.active_c == 82'951'280'640);
  CHECK(counts.matmul == 83'755'008'000);
  CHECK(static_cast<double>(counts.total) / 314e9 == Approx(1.0054).margin(1e-4));
}

TEST_CASE("models of another's shape have its counts") {
  CHECK(shipped().model("deepseek-r1").spec->parameters.total == 671'026'419'200);
  CHECK(shipped().model("minimax-m1").spec->parameters.total == 456'089'655'296);
}

TEST_CASE("Qwen2.5-72B costs 445 GFLOP per token at 4096, by its own shape") {
  const ModelSpec& spec = *shipped().model("qwen2.5-72b").spec;
  CHECK(flops_per_token(spec, FlopConvention::kExactCausal, 4096).value() ==
        6.0 * 71'458'357'248 + 3.0 * 2 * 64 * 256 * 80 * 2048);
}

TEST_CASE("windows and linear attention bound the keys of a query") {
  const ModelSpec& oss = *shipped().model("gpt-oss-120b").spec;
  const auto attention = [](const ModelSpec& spec, int64_t seq_len) {
    return flops_per_token(spec, FlopConvention::kExactCausal, seq_len).value() -
           6.0 * static_cast<double>(spec.parameters.matmul);
  };
  // 128 - 128^2 / (2 x 4096) keys: the first queries of a window see fewer.
  CHECK(attention(oss, 4096) == 3.0 * 2 * 64 * 128 * 18 * (2048 + 126));
  const ModelSpec& minimax = *shipped().model("minimax-text-01").spec;
  CHECK(attention(minimax, 8192) == 3.0 * 2 * 64 * 256 * (10 * 4096 + 70 * 128));
}

}  // namespace assay
