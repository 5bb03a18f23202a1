/** The passwords that are tried first everywhere, of those long enough to be chosen here; folded as `searchKey` does. */

// One text, since as many string literals cost a page of quotes.
const listed = `
  1234567890 12345678901 123456789012 0123456789 01234567890 0987654321 1234567891 1234567899 9876543210 1111111111 0000000000
  123456789a a123456789 123456789q q123456789 123456789z 123456789abc 1234567890a 1234567890q 12345qwert 12345qwerty 123456qwerty
  123456abcdef 123qwe123qwe 123qweasdzxc 123123123123 123321123321 1122334455 1234512345 1234567654321 12341234123 1q2w3e4r5t
  1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qazxsw23edc 1qaz1qaz1qaz 1qaz@wsx3edc zaq12wsxcde3 zaq1zaq1zaq1 q1w2e3r4t5 q1w2e3r4t5y6
  qazwsxedcrfv qazwsx123456 qazwsxedc123 q1q1q1q1q1 qwertyuiop qwertyuiop1 qwertyuiop12 qwertyuiop123 qwertyuiop[]
  qwertyuiopasdfghjkl qwerty1234 qwerty12345 qwerty123456 qwerty123456789 qwertyqwerty qwerty123qwerty qwertyasdf qwertyasdfgh
  qwertyuiop123456 qwert12345 qwert123456 asdfghjkl1 asdfghjkl; asdfghjkl123 asdfasdfasdf asdfqwer1234 asdf1234asdf asdfgh12345
  asdfghjklqwertyuiop zxcvbnm123 zxcvbnm1234 zxcvbnmasdfghjkl zxcvbnm,./ poiuytrewq lkjhgfdsa1 mnbvcxz123 azertyuiop azerty1234
  azerty12345 azerty123456 qwertzuiop abcdefghij abcdefghijk abcdefghijkl abcd123456 abcde12345 abcdef1234 abcdef12345 abcdef123456
  abc1234567 abc12345678 abc123456789 abc123abc123 abcabcabcabc aaaaaaaaaa aa12345678 aa123456789 a1b2c3d4e5 a1b2c3d4e5f6 a1s2d3f4g5
  a1234567890 asd123asd123 abcd1234abcd abc123def456 aabbccddee password10 password11 password12 password13 password21 password22
  password23 password69 password99 password00 password01 password123 password1234 password12345 password123456 password1! password1.
  password!! password123! password@1 password@123 password2020 password2021 password2022 password2023 password2024 password2025
  password2026 passwordpassword password1password mypassword mypassword1 mypassword123 thepassword newpassword newpassword1
  yourpassword secretpassword nopassword temppassword changepassword userpassword adminpassword testpassword masterpassword
  defaultpassword p@ssw0rd123 p@ssw0rd1! p@ssword123 p@ssw0rd12 passw0rd123 passw0rd12 passw0rd1234 pa55word123 pa$$word123
  pass123456 pass1234567 pass12345678 pass123456789 passpass123 passphrase1 passwort123 passwort1234 motdepasse motdepasse1
  motdepasse123 contraseña contrasena contrasena1 contrasena123 parola1234 senha12345 senha123456 wachtwoord wachtwoord1
  wachtwoord123 haslo123456 iloveyou10 iloveyou11 iloveyou12 iloveyou13 iloveyou22 iloveyou123 iloveyou1234 iloveyou12345 iloveyou!!
  iloveyou143 iloveyou4ever iloveyousomuch iloveyoubaby iloveyoutoo iloveyoubabe iloveyouall iloveyouforever ilovemymom ilovemydad
  ilovemyself ilovemydog ilovemycat ilovemusic ilovefootball ilovejesus ilovegod123 ilovechocolate iloveme123 iloveme1234
  ihateyou123 iloveu1234 loveyou123 loveyou1234 lovelove123 lovelovelove loveme1234 foreverlove forever123 forever1234 truelove123
  mylove1234 babygirl12 babygirl123 babygirl01 babygirl11 babygirl13 babygirl14 babygirl15 babygirl16 babyboy123 sweetheart
  sweetheart1 sweetie123 beautiful1 beautiful12 beautiful123 princess12 princess123 princess1234 princess01 princess10 princess11
  princess13 princess21 princesa123 gorgeous123 heartbreaker heartbroken administrator administrator1 admin12345 admin123456
  admin1234567 admin12345678 admin123admin adminadmin adminadmin1 admin@1234 admin@12345 admin@123456 admin1234! admin2024!
  root123456 rootroot123 superadmin superadmin1 superuser1 sysadmin123 letmein123 letmein1234 letmein12345 letmeinnow letmein2024
  welcome123 welcome1234 welcome12345 welcome123! welcome@123 welcome2020 welcome2021 welcome2022 welcome2023 welcome2024
  welcome2025 welcome2026 welcomehome changeme123 changeme1234 changemenow default123 default1234 temp123456 temporary1 temporary123
  test123456 test1234567 test12345678 test123test testtest123 testtesttest testing123 testing1234 testuser123 tester1234 guest12345
  guest123456 user123456 user12345678 username123 demo123456 login12345 login123456 access1234 secret1234 secret12345 secret123456
  master1234 master12345 master123456 hello12345 hello123456 hellohello hellohello1 helloworld helloworld1 helloworld123 hello1234!
  computer12 computer123 computer1234 internet12 internet123 internet1234 company123 business123 office12345 monday1234 summer2020
  summer2021 summer2022 summer2023 summer2024 summer2025 summer2026 summer123! winter2020 winter2021 winter2022 winter2023
  winter2024 winter2025 winter2026 spring2023 spring2024 spring2025 spring2026 autumn2023 autumn2024 autumn2025 autumn2026
  december12 november11 september1 september11 football10 football11 football12 football123 football1234 football21 football22
  footballer basketball basketball1 basketball12 basketball123 basketball23 baseball10 baseball11 baseball12 baseball123 volleyball
  volleyball1 volleyball12 cheerleader cheerleader1 skateboard skateboard1 snowboard1 soccer1234 soccer12345 hockey1234 chelsea123
  chelseafc1 arsenal123 arsenal1234 liverpool1 liverpool12 liverpool123 manchester manchester1 manchester123 manutd1234 barcelona1
  barcelona10 barcelona123 realmadrid realmadrid1 realmadrid7 juventus123 cristiano7 cristiano1 ronaldo123 ronaldinho ronaldinho10
  ferrari123 mercedes123 chevrolet1 mustang123 lamborghini yankees123 steelers123 cowboys123 lakers1234 monkey1234 monkey12345
  monkey123456 dragon1234 dragon12345 dragon123456 shadow1234 shadow12345 sunshine12 sunshine123 sunshine1234 superman12 superman123
  superman1234 batman1234 batman12345 spiderman1 spiderman12 spiderman123 starwars12 starwars123 starwars1234 startrek123 pokemon123
  pokemon1234 pokemon12345 minecraft1 minecraft12 minecraft123 fortnite123 playstation playstation1 playstation2 playstation3
  nintendo123 counterstrike warcraft123 wolverine1 trustno1trustno1 trustnoone trustno1234 whatever12 whatever123 whatever1234
  butterfly1 butterfly12 butterfly123 chocolate1 chocolate12 chocolate123 strawberry strawberry1 strawberry123 watermelon cookie1234
  cookies123 pineapple1 cheesecake blueberry1 cherry1234 banana1234 pepper1234 ginger1234 flower1234 flowers123 rainbow123
  rainbow1234 sunflower1 snowflake1 friendship friendship1 bestfriend bestfriend1 bestfriends bestfriends1 friends123 friends1234
  friends4ever family1234 family12345 happiness1 happy12345 happyday123 smile12345 angel12345 angelangel michael123 michael1234
  michelle12 michelle123 jessica123 jessica1234 jennifer12 jennifer123 jonathan123 elizabeth1 elizabeth12 elizabeth123 christopher
  christopher1 christian1 christian12 christian123 alexander1 alexander12 alexander123 alexandra1 alexandra123 stephanie1
  stephanie12 stephanie123 nicholas123 benjamin123 samantha12 samantha123 victoria12 victoria123 gabriella1 isabella123 brittany12
  brittany123 ashley1234 daniel1234 daniel12345 andrew1234 matthew123 anthony123 charlie123 charlie1234 jordan1234 jordan23jordan
  thomas1234 george1234 robert1234 william123 patrick123 richard123 nicole1234 amanda1234 melissa123 danielle12 danielle123
  vanessa123 patricia123 valentina1 alejandro1 alejandra1 fernando123 francisco1 estrellita corazon123 teamomucho teamo12345
  mariposa123 chocolates god1234567 jesus12345 jesus123456 jesuschrist jesuschrist1 jesuslovesme jesusislord jesusisking godisgood1
  godisgreat godisgreat1 godislove1 godblessme godblessyou blessed123 blessing123 christmas1 christmas12 christmas25 hallelujah
  freedom123 freedom1234 america123 american123 australia1 california california1 california123 newyork123 london2012 london12345
  indonesia1 philippines india12345 india123456 pakistan123 singapore1 malaysia123 jakarta123 bismillah1 bismillah123 mahalkita1
  mahalkita123 mahalkoh123 sayangkamu sayang12345 sakura1234 tokyo12345 nihon12345 arigatou123 konnichiwa konnichiwa1 konnichiha
  doraemon123 pikachu123 pikachu1234 naruto1234 naruto12345 dragonball dragonball1 dragonballz onepiece123 hellokitty hellokitty1
  hellokitty123 woaini1314 woaini1314520 woaini5201314 woaini520520 5201314520 1314520520 5201314123 a5201314520 asdasd123456
  qq123456789 qwe123qwe123 qwe123456789 wang123456 zhang123456 1qaz2wsx3e 147258369a 147258369147 1472583690 159753159753 1597534682
  741852963a 7418529630 7894561230 789456123a 0147258369 0123654789 3.1415926535 3141592653 31415926535 2718281828 1123581321
  1029384756 1357924680 2468013579 1212121212 1231231231 1313131313 6969696969 2222222222 3333333333 4444444444 5555555555
  6666666666 7777777777 8888888888 9999999999 1111111111a 11111111111 000000000000 111111111111 99999999999 1234554321 1234567889
  12345678910 123456789123 1234567890123 12345678987654321 123454321a 123456654321 1234432112 112233445566 11223344556 102030405060
  1020304050 10203040506 0102030405 0908070605 987654321a 98765432100 9876543211 a987654321 87654321aa 1a2b3c4d5e 1a2b3c4d5e6f
  1z2x3c4v5b z1x2c3v4b5 zzzzzzzzzz xxxxxxxxxx qqqqqqqqqq correcthorsebatterystaple hibikihibiki hibiki12345 hibiki123456 hibiki1234
  hibikichat hibiki-chat
`

export const commonPasswords: ReadonlySet<string> = new Set([...listed.trim().split(/\s+/), "correct horse battery staple"])
