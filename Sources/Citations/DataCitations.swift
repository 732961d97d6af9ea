/// Where the tables of `configs/data` come from.
enum DataCitations {
  /// The known tables by the SHA-256 of their bytes; a test computes it from the files.
  static let tables: [String: Ingredient] = [
    "2e762afb0e0e7006d3f20409849c61fa71ba8947d3280c2985fb1f0d44ec1d8b": .digits,
    "9193026b7622ff944f0a6855a10107b24caf50dad69787c46e6890e69c27faca": .diabetes,
  ]

  static let rows = [
    Citation.Row(
      .digits,
      publication: Publication(
        .misc, "AlpaydinKaynak1998",
        [
          "author": "Alpaydin, E. and Kaynak, C.", "title": "Optical Recognition of Handwritten Digits",
          "howpublished": "UCI Machine Learning Repository", "year": "1998", "doi": "10.24432/C50P49",
        ]),
      reason: "the data: handwritten digits (digits_parity.csv)"),
    Citation.Row(
      .diabetes,
      publication: Publication(
        .article, "Efron2004",
        [
          "author": "Efron, Bradley and Hastie, Trevor and Johnstone, Iain and Tibshirani, Robert",
          "title": "Least Angle Regression", "journal": "The Annals of Statistics", "volume": "32", "number": "2",
          "pages": "407--499", "year": "2004", "doi": "10.1214/009053604000000067",
        ]),
      reason: "the data: progression of diabetes (diabetes.csv)"),
  ]
}
