#include <stdlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "program.h"

namespace {

using Catch::Matchers::Contains;

class TokenizerFolder {
 public:
  TokenizerFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "assay_tokenizer_XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TokenizerFolder() { std::filesystem::remove_all(path_); }
  TokenizerFolder(const TokenizerFolder&) = delete;
  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a sentencepiece model that tokenizer train makes is taken by prepare") {
  const TokenizerFolder folder;
  {
    std::ofstream text(folder.file("text.txt"));
    for (int i = 0; i < 400; ++i) text << "the dog number " << i * i << " runs to the house\n";
  }
  const ProgramResult trained =
      run_assay({"tokenizer", "train", folder.file("text.txt"), "--vocab-size", "300", "--out",
                 folder.file("small.model")});
  REQUIRE(trained.exit_code == 0);
  CHECK_THAT(trained.out, Contains("tokens      300"));
  const ProgramResult shown = run_assay({"tokenizer", "show", folder.file("small.model")});
  CHECK(shown.out == trained.out);
  const ProgramResult prepared =
      run_assay({"prepare", folder.file("text.txt"), "--documents", "line", "--tokenizer",
                 folder.file("small.model"), "--out", folder.file("out")});
  CHECK(prepared.exit_code == 0);
  CHECK_THAT(prepared.out, Contains("(300 tokens)"));
}

TEST_CASE("a text whose name has a comma is one text") {
  const TokenizerFolder folder;
  {
    std::ofstream text(folder.file("a,b.txt"));
    for (int i = 0; i < 400; ++i) text << "the cat number " << i * i << " sits in the house\n";
  }
  const ProgramResult trained =
      run_assay({"tokenizer", "train", folder.file("a,b.txt"), "--vocab-size", "300", "--out",
                 folder.file("small.model")});
  INFO(trained.err);
  CHECK(trained.exit_code == 0);
}

TEST_CASE("tokenizers that cannot be trained or shown are one line") {
  const TokenizerFolder folder;
  std::ofstream(folder.file("text.txt")) << "too little\n";
  std::ofstream(folder.file("empty.txt"));
  struct Case {
    std::vector<std::string> args;
    int exit_code;
    std::string message;
  };
  for (const auto& [args, exit_code, message] : std::vector<Case>{
           {{"train", "/no/such.txt", "--out", "m.model"}, 3, "no such file: /no/such.txt"},
           {{"train", folder.file("text.txt")}, 2, "--out FILE.model belongs to train"},
           {{"train", folder.file("text.txt"), "--out", folder.file("x.txt")},
            2,
            "--out is a file that ends in .model: "},
           {{"train", folder.file("text.txt"), "--out", "m.model", "--vocab-size", "0"},
            2,
            "a sentencepiece model has from 260 tokens"},
           {{"train", folder.file("text.txt"), "--out", "m.model", "--vocab-size", "4294967396"},
            2,
            "to 2147483647, not 4294967396"},
           {{"train", folder.file("text.txt"), "--out", folder.file("m.model"), "--vocab-size",
             "-5"},
            2,
            "--vocab-size is a number from 0 up: -5"},
           {{"train", folder.file("text.txt"), "--out", "m.model", "--algorithm", "word"},
            2,
            "--algorithm is bpe or unigram: word"},
           {{"train", folder.file("text.txt"), "--out", folder.file("m.model")},
            3,
            "sentencepiece cannot train on " + folder.file("text.txt") + ": Vocabulary size"},
           {{"train", folder.file("empty.txt"), "--out", folder.file("m.model")},
            3,
            "sentencepiece cannot train on " + folder.file("empty.txt") + ": "},
           {{"show", folder.file("text.txt")}, 3, "text.txt"},
           {{"shred", "x"}, 2, "tokenizer train TEXT --out FILE or show TOKENIZER"}}) {
    CAPTURE(message);
    std::vector<std::string> words{"tokenizer"};
    words.insert(words.end(), args.begin(), args.end());
    const ProgramResult result = run_assay(words);
    CHECK(result.exit_code == exit_code);
    CHECK_THAT(result.err, Contains(message));
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 1);
    CHECK_THAT(result.err, !Contains(".cc("));
    CHECK_FALSE(std::filesystem::exists(folder.file("x.txt")));
    CHECK_FALSE(std::filesystem::exists(folder.file("m.model")));
  }
}
