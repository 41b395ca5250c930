import { type AwsPolicyStatement, renderAwsPolicy } from "../../../constructs/aws/aws-policy-document";

const render = (...statements: AwsPolicyStatement[]) => renderAwsPolicy("dev/App", "policyDocument", statements);
const sound = { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::a/*"] };

describe("renderAwsPolicy", () => {
  it("renders what is given in AWS's own words, and the same whatever the order", () => {
    const document = render({
      sid: "Home",
      effect: "Deny",
      notActions: ["s3:PutObject", "s3:GetObject", "s3:PutObject"],
      notResources: ["*"],
      conditions: { StringLike: { "s3:prefix": ["b", "a"] }, Bool: { "aws:SecureTransport": ["true"] } },
    });
    expect(JSON.parse(document)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "Home",
          Effect: "Deny",
          NotAction: ["s3:GetObject", "s3:PutObject"],
          NotResource: ["*"],
          Condition: { Bool: { "aws:SecureTransport": ["true"] }, StringLike: { "s3:prefix": ["a", "b"] } },
        },
      ],
    });
    const swapped = {
      conditions: { Bool: { "aws:SecureTransport": ["true"] }, StringLike: { "s3:prefix": ["a", "b"] } },
      notResources: ["*"],
      notActions: ["s3:GetObject", "s3:PutObject"],
      effect: "Deny",
      sid: "Home",
    } as const;
    expect(render(swapped)).toBe(document);
  });

  it("keeps variables of AWS's", () => {
    expect(render({ ...sound, resources: ["arn:aws:s3:::home/${aws:username}/*"] })).toContain("${aws:username}");
  });

  it.each<[string, AwsPolicyStatement[], string]>([
    ["no statement", [], "policyDocument has no statement"],
    ["a principal", [{ ...sound, principal: "*" } as AwsPolicyStatement], "policyDocument[0].principal is unknown"],
    ["a sid of two words", [{ ...sound, sid: "a b" }], 'policyDocument[0].sid "a b" can\'t be one'],
    [
      "two of one sid",
      [
        { ...sound, sid: "a" },
        { ...sound, sid: "a" },
      ],
      'policyDocument has two statements of sid "a"',
    ],
    ["another effect", [{ ...sound, effect: "allow" as "Allow" }], 'policyDocument[0].effect "allow" is unknown'],
    ["no action", [{ resources: ["*"] }], "policyDocument[0] has neither actions nor notActions"],
    [
      "both kinds of resources",
      [{ ...sound, notResources: ["*"] }],
      "policyDocument[0] has both resources and notResources",
    ],
    ["an empty list", [{ ...sound, actions: [] }], "policyDocument[0].actions is empty"],
    [
      "an action without service",
      [{ ...sound, actions: ["GetObject"] }],
      'policyDocument[0].actions "GetObject" is none',
    ],
    ["a resource without ARN", [{ ...sound, resources: ["bucket"] }], 'policyDocument[0].resources "bucket" is none'],
    [
      "an operator that is none",
      [{ ...sound, conditions: { "=": { "aws:SourceIp": ["10.0.0.0/8"] } } }],
      'policyDocument[0].conditions "=" is no operator',
    ],
    [
      "an operator without key",
      [{ ...sound, conditions: { Bool: {} } }],
      "policyDocument[0].conditions.Bool has no key",
    ],
    [
      "a key that is none",
      [{ ...sound, conditions: { Bool: { "a b": ["true"] } } }],
      'policyDocument[0].conditions.Bool "a b" is no condition key',
    ],
    [
      "a key without values",
      [{ ...sound, conditions: { Bool: { "aws:SecureTransport": [] } } }],
      "policyDocument[0].conditions.Bool.aws:SecureTransport has no values",
    ],
    [
      "what is too long",
      [{ ...sound, resources: Array.from({ length: 100 }, (_, at) => `arn:aws:s3:::bucket-${at}/*`) }],
      "policyDocument is 2",
    ],
  ])("refuses %s", (_, statements, problem) => {
    expect(() => render(...statements)).toThrow(`[dev/App] ${problem}`);
  });
});
